import type { App, Reach } from './app.js';
import type { Channel, Destination, SecretRef } from './channels.js';

/**
 * What an input has the worker read on its own machine, or whom it has the worker tell. Whoever reaches Temporal can write
 * it into an input, so the worker takes it only where its own user has named the same.
 */
export interface Source {
  /** As messages name it: `/etc/belay/ssh.conf`, `team (slack)`. */
  name: string;
  /** `an SSH configuration` … */
  what: string;
  /** Files on the worker that are read for it; one in its user's home begins with `~/`. */
  files: string[];
  /** What is the same for the same source, and for no other. */
  key: string;
}

/** As much of an input, of a workflow or of a step, as names sources. */
export interface NamesSources {
  reach?: Reach;
  app?: Pick<App, 'notify'>;
  channels?: readonly Channel[];
  channel?: Channel;
}

/** The sources that an input of a workflow names. */
export function sourcesOf({ reach, app, channels = [], channel }: NamesSources): Source[] {
  const told = [...(app?.notify ?? []), ...channels, ...(channel === undefined ? [] : [channel])];
  return [...filesToReach(reach), ...told.map(channelSource)];
}

/** Those of them that a step uses: of an app's channels it tells the one that it is given. */
export function sourcesUsed({ reach, channel }: NamesSources): Source[] {
  return sourcesOf({ reach, channel });
}

function filesToReach({ sshConfig, caFile }: Partial<Reach> = {}): Source[] {
  return [
    ...(sshConfig === undefined ? [] : [fileSource(sshConfig, 'an SSH configuration')]),
    ...(caFile === undefined ? [] : [fileSource(caFile, 'a file of certificate authorities')]),
  ];
}

function fileSource(path: string, what: string): Source {
  return { name: path, what, files: [path], key: canonical([what, path]) };
}

/** A secret goes to no other destination than the one it was named with. */
function channelSource({ name, to }: Channel): Source {
  const files = secretsOf(to).flatMap((secret) => ('file' in secret ? [secret.file] : []));
  return { name: `${name} (${to.kind})`, what: 'a channel', files, key: canonical(['a channel', to]) };
}

function secretsOf(to: Destination): SecretRef[] {
  const { url, secret, password } = to as { url?: object; secret?: SecretRef; password?: SecretRef };
  return [url, secret, password].filter(
    (one): one is SecretRef => one !== undefined && ('file' in one || 'env' in one),
  );
}

/** JSON whose keys are in one order, whatever order they came in. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
