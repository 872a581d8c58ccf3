import { createRequire } from 'node:module';
import type * as EnvConfig from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { embedded, embeddedNamespace } from './server/embedded.js';
import { reason, TemporalError } from './error.js';

/** The Temporal service that belay speaks to. */
export interface Service {
  kind: 'embedded' | 'external';
  address: string;
  namespace: string;
  /** What chose it, as errors name it: `TEMPORAL_ADDRESS`, `the profile prod`, `belay up`. */
  from: string;
  /** Base of the Web UI's addresses, where known. */
  ui?: string;
  options: NativeConnectionOptions;
}

/** Any of these says that a service of the user's own is meant. The usual configuration file alone does not. */
const variables = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'] as const;

/** Whether the environment names a service; the embedded one is left alone then. */
export function isExternal(): boolean {
  return variables.some((name) => process.env[name]);
}

/**
 * The service that the environment names (Temporal's environment configuration: variables, and profiles in its TOML
 * file), else the embedded one where it runs, else undefined.
 * @throws TemporalError where the environment names a profile or file that cannot be read.
 */
export function service(): Service | undefined {
  if (isExternal()) return external();
  const server = embedded();
  if (!server) return undefined;
  const { address, ui } = server;
  return {
    kind: 'embedded',
    address,
    namespace: embeddedNamespace,
    from: 'belay up',
    ui,
    options: { address },
  };
}

function external(): Service {
  const set = variables.filter((name) => process.env[name]);
  const from = set.map((name) => `${name}=${process.env[name] ?? ''}`).join(', ');
  try {
    // Needed only here, and without waiting for an import.
    const { loadClientConnectConfig } = createRequire(import.meta.url)(
      '@temporalio/envconfig',
    ) as typeof EnvConfig;
    const { connectionOptions: options, namespace = 'default' } = loadClientConnectConfig();
    const ui = process.env['BELAY_UI_URL']?.replace(/\/+$/, '');
    return {
      kind: 'external',
      address: options.address ?? 'localhost:7233',
      namespace,
      from,
      options,
      ...(ui && { ui }),
    };
  } catch (error) {
    throw new TemporalError(`the Temporal service that ${from} names is not clear: ${reason(error)}`, {
      cause: error,
    });
  }
}
