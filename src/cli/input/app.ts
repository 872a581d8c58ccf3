import { isAbsolute, join, resolve } from 'node:path';
import { loadConfig, resolveApps, type Resolved } from '../../config/load.js';
import type { Reach } from '../../domain/app/app.js';
import type { Io } from '../terminal/io.js';
import { UserError } from '../terminal/user-error.js';

/** Which belay.yml and environment a command is about, and how the server is reached. */
export interface AppOptions {
  config?: string;
  env?: string;
  sshConfig?: string;
}

export interface Chosen extends Resolved {
  reach: Reach;
}

/**
 * The app and the one host that a command is about.
 * @throws ConfigError, UserError
 */
export async function chooseApp(options: AppOptions, io: Io): Promise<Chosen> {
  const config = await loadConfig(resolve(io.cwd, options.config ?? 'belay.yml'));
  const resolved = resolveApps(config, { environment: options.env });
  const [alias, ...others] = resolved.hosts;
  if (alias === undefined || others.length > 0) {
    throw new UserError(
      `${config.file}: expected one host, got ${resolved.hosts.join(', ') || 'none'}; several hosts at once are for a ` +
        'later version: give each an environment of its own, and deploy one after the other',
    );
  }
  return { ...resolved, reach: reachOf(alias, options, io) };
}

/** How the worker reaches a host: the alias, and what the command line and the environment say for hosts unknown to DNS. */
export function reachOf(alias: string, { sshConfig }: AppOptions, io: Io): Reach {
  const absolute = (path: string | undefined) =>
    path === undefined || path === '' ? undefined : isAbsolute(path) ? path : join(io.cwd, path);
  return {
    alias,
    sshConfig: absolute(sshConfig ?? io.env['BELAY_SSH_CONFIG']),
    resolve: addresses(io.env['BELAY_RESOLVE']),
    caFile: absolute(io.env['BELAY_CA_FILE']),
  };
}

/** `name=address,name=address` */
function addresses(text: string | undefined): Record<string, string> | undefined {
  if (text === undefined || text === '') return undefined;
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [name, address, ...more] = pair.split('=').map((part) => part.trim());
      if (name && address && more.length === 0) return [name, address];
      throw new UserError(`BELAY_RESOLVE: expected name=address,name=address, got ${JSON.stringify(pair)}`);
    }),
  );
}
