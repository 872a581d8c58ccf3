import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { App } from '../domain/app/app.js';
import { readYaml } from './document.js';
import type { Source } from './document.js';
import { ConfigError } from './error.js';
import type { Problem } from './error.js';
import { toChannels } from './notify.js';
import { explain } from './problems.js';
import { checkSettings, isMap } from './check-settings.js';
import { environmentName } from './schema.js';
import type { Settings } from './schema.js';

/** One environment, ready to be deployed. */
export interface Resolved {
  app: App;
  /** Aliases as in ~/.ssh/config. */
  hosts: string[];
  /** Absolute path of the folder to pack. */
  source: string;
  /** Paths to pack, relative to `source`, instead of what .gitignore leaves. */
  include?: string[];
  /** Commands to run in a copy of the source before that is packed. */
  build: string[];
}

/** A belay.yml that was found right in every environment. */
export interface Config {
  file: string;
  /** Whether the file has `environments`; without them there is one, `production`. */
  named: boolean;
  environments: Map<string, Resolved>;
}

const largest = 256 * 1024;
const mostEnvironments = 50;

const smallest = 'app: words\nhosts: [web1]\npath: /srv/words\nrun: gunicorn -b {bind} app:app';

/**
 * Reads and checks a belay.yml.
 * @throws ConfigError with every problem at its line and column.
 */
export async function loadConfig(file: string): Promise<Config> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new ConfigError(file, [{ line: 1, column: 1, message: unreadable(error) }], { cause: error });
  });
  if (bytes.length > largest) {
    const message = `expected a file of ${largest / 1024} kB at most, got ${Math.ceil(bytes.length / 1024)} kB`;
    throw new ConfigError(file, [{ line: 1, column: 1, message }]);
  }
  return parseConfig(decode(bytes, file), file);
}

function unreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT')
    return `there is no such file; write one beside your source by \`belay init\`, or beginning with:\n\n${smallest}\n`;
  if (code === 'EISDIR') return 'expected a file, got a folder';
  return `cannot be read: ${(error as Error).message}`;
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const lines = bytes.toString('latin1').split('\n');
    const broken = lines.findIndex((line) => Buffer.from(line, 'latin1').toString('utf8').includes('\ufffd'));
    throw new ConfigError(
      file,
      [{ line: broken + 1, column: 1, message: 'expected UTF-8, got other bytes' }],
      { cause },
    );
  }
}

/**
 * Checks the text of a belay.yml; `file` names it in errors, and `source` is relative to its folder.
 * @throws ConfigError with every problem at its line and column.
 */
export function parseConfig(text: string, file: string): Config {
  const source = readYaml(text, file);
  if (source.value === null || source.value === undefined) {
    throw new ConfigError(file, [
      {
        line: 1,
        column: 1,
        message: `the file is empty; begin with:\n\n${smallest}\n`,
      },
    ]);
  }
  const problems: Problem[] = [];
  const environments = new Map<string, Resolved>();
  const variants = split(source, problems);
  for (const { name, value, under } of variants) {
    const checked = checkSettings(value);
    if (checked.success) environments.set(name, toResolved(checked.data, name, file));
    else problems.push(...explain(checked.error.issues, source, value, under));
  }
  if (problems.length > 0) throw new ConfigError(file, problems);
  return { file, named: variants.some(({ under }) => under.length > 0), environments };
}

interface Variant {
  name: string;
  value: unknown;
  under: string[];
}

/** The settings of each environment: what stands at the top, with what the environment says instead. */
function split(source: Source, problems: Problem[]): Variant[] {
  const top = source.value;
  if (!isMap(top) || !('environments' in top)) return [{ name: 'production', value: top, under: [] }];
  const { environments, ...common } = top;
  const entries = isMap(environments) ? Object.entries(environments) : [];
  const complain = (path: string[], message: string, atKey = false): void => {
    const spot = source.find(path);
    problems.push({ ...((atKey ? spot?.key : undefined) ?? spot?.value ?? { line: 1, column: 1 }), message });
  };
  if (entries.length === 0 || entries.length > mostEnvironments) {
    complain(
      ['environments'],
      `environments: expected a map of 1 to ${mostEnvironments} environments, each with its hosts`,
    );
    return [];
  }
  return entries.flatMap(([name, own]): Variant[] => {
    const under = ['environments', name];
    const checked = environmentName.safeParse(name);
    if (!checked.success)
      complain(
        under,
        `environments: expected ${checked.error.issues[0]?.message ?? ''}; got ${JSON.stringify(name)}`,
        true,
      );
    if (!isMap(own)) {
      complain(under, `environments.${name}: expected a map such as { hosts: [web1] }`);
      return [];
    }
    if ('app' in own)
      complain(
        [...under, 'app'],
        `environments.${name}.app: app is the same in every environment: name it at the top`,
        true,
      );
    return [{ name, value: merge(common, own), under }];
  });
}

/** Maps are merged key by key; lists and values replace. */
function merge(common: Record<string, unknown>, own: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...common };
  for (const [key, value] of Object.entries(own)) {
    const inherited = merged[key];
    merged[key] = isMap(inherited) && isMap(value) ? { ...inherited, ...value } : value;
  }
  return merged;
}

function toResolved(read: Settings, environment: string, file: string): Resolved {
  const {
    app: name,
    hosts,
    source,
    include,
    build,
    env_file: envFile,
    soak,
    ready,
    drain,
    deadman,
    notify,
    ...same
  } = read;
  return {
    app: {
      name,
      environment,
      ...same,
      build: build.host,
      envFile,
      soakSeconds: soak,
      ...(ready !== undefined && { readySeconds: ready }),
      drainSeconds: drain,
      deadmanSeconds: deadman,
      notify: toChannels(notify),
    },
    hosts,
    source: resolve(dirname(file), source),
    include,
    build: build.local,
  };
}

/**
 * The environment that was asked for, or the only one there is.
 * @throws ConfigError where that is not exactly one.
 */
export function resolveApps(config: Config, { environment }: { environment?: string } = {}): Resolved {
  const names = [...config.environments.keys()];
  const [only] = names;
  const chosen = environment ?? (names.length === 1 ? only : undefined);
  const resolved = chosen === undefined ? undefined : config.environments.get(chosen);
  if (resolved) return resolved;
  const message = !config.named
    ? `has no environments, so -e ${environment ?? ''} names none; leave -e out`
    : environment === undefined
      ? `has the environments ${names.join(', ')}: choose one with -e`
      : `has no environment ${environment}; there are ${names.join(', ')}`;
  throw new ConfigError(config.file, [{ line: 1, column: 1, message }]);
}
