import { posix } from 'node:path';
import { failureTypes } from '../../domain/runbook/failure.js';
import type { Manifest, ManifestEntry } from '../../domain/app/manifest.js';
import type { ReleaseRecord } from '../../domain/app/release.js';
import { fields } from '../fields.js';
import { type Completed, HostError, type HostSession } from '../types.js';
import { linesOf, malformed, scriptFailed } from './answer.js';
import { manifestLines } from './manifest-lines.js';
import { tarOf } from './tar-of.js';

export interface Staging {
  /** The app's path. */
  path: string;
  /** Whom the app runs as. */
  user: string;
  manifest: Manifest;
  /** What release.json will say; the host adds `when`. */
  record: Omit<ReleaseRecord, 'when'>;
  read: (entry: ManifestEntry) => AsyncIterable<Buffer>;
  /** Bytes of content that travelled, of all that have to. */
  onProgress: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** Exit statuses of stage.sh and place.sh. */
const diskFull = 28;
const noParent = 66;
const notAsTheManifest = 65;
const notRootsAlone = 67;

/**
 * Stages a release beside the live tree: copies what the host has, sends what it lacks, checks every file there.
 * A half-written stage is completed: what is there with the right digest is kept.
 * @returns what travelled.
 * @throws HostError; what `read` throws.
 */
export async function stageRelease(
  session: HostSession,
  staging: Staging,
): Promise<{ files: number; bytes: number }> {
  const first = await attempt(session, staging);
  if (first.wrong.length === 0) return first.sent;
  // The live app may write to a file between the look at it and its copy; it is then sent.
  const second = await attempt(session, staging);
  if (second.wrong.length > 0) {
    throw new HostError(
      failureTypes.commandFailed,
      `${session.destination}: ${second.wrong.length} staged files differ from what was sent, twice: ` +
        `${second.wrong
          .slice(0, 3)
          .map((path) => JSON.stringify(path))
          .join(', ')}. Check the disk (\`dmesg\`), ` +
        `and whether something writes to ${staging.path}.belay.`,
    );
  }
  return { files: first.sent.files + second.sent.files, bytes: first.sent.bytes + second.sent.bytes };
}

interface Attempt {
  sent: { files: number; bytes: number };
  /** Paths that are not as the manifest says; the host removed them. */
  wrong: string[];
}

async function attempt(session: HostSession, staging: Staging): Promise<Attempt> {
  const { path, user, manifest, record, signal } = staging;
  const lines = manifestLines(manifest.entries);
  const asked = fields({ path, release: record.release, digest: manifest.digest });
  const begun = await session.run('stage', [asked], {
    input: lines.text,
    timeoutMs: 10 * 60_000,
    signal,
  });
  if (begun.code !== 0) throw failed(session, path, 'copying what the host has', begun);
  const missing = linesOf(session, 'stage', begun)
    .filter((line) => !/^(have|copied) \d+$/.test(line))
    .map((line) => {
      const number = Number(/^missing (\d+)$/.exec(line)?.[1]);
      if (!(number > 0)) throw malformed(session, 'stage', line);
      return lines.at(number);
    });

  const bytes = missing.reduce((sum, entry) => sum + entry.size, 0);
  const links = manifest.entries.filter((entry) => entry.mode === 'link');
  let done = 0;
  const stream = tarOf([...missing, ...links], staging.read, (more) => {
    done += more;
    staging.onProgress(done, bytes);
  });
  const ended = await session
    .run('place', [fields({ path, release: record.release, user, about: JSON.stringify(record).slice(1) })], {
      input: stream,
      // Never slower than 50 kB a second: then something is wrong.
      timeoutMs: 10 * 60_000 + bytes / 50,
      signal,
    })
    .finally(() => stream.destroy());
  const sent = { files: missing.length, bytes };
  if (ended.code === 0) return { sent, wrong: [] };
  if (ended.code !== notAsTheManifest) throw failed(session, path, 'unpacking the release', ended);
  return { sent, wrong: linesOf(session, 'place', ended).map((line) => line.replace(/^wrong /, '')) };
}

function failed(session: HostSession, path: string, doing: string, completed: Completed): HostError {
  if (completed.code === noParent) {
    const parent = posix.dirname(path);
    return new HostError(
      failureTypes.configuration,
      `${session.destination}: expected the folder ${parent}, in which ${path} is to lie; it is not there. ` +
        `Make it on the host (\`mkdir -p ${parent}\`), or correct \`path\` in belay.yml.`,
    );
  }
  if (completed.code === notRootsAlone) {
    const why = completed.stderr.trim();
    return new HostError(
      failureTypes.configuration,
      `${session.destination}: ${doing} was refused, because root goes by nothing that somebody else can write: ${why}. ` +
        'Look at who put that there, give it back to root (`chown root`, `chmod go-w`), or move it away; then deploy again.',
    );
  }
  if (completed.code !== diskFull) return scriptFailed(session, doing, completed);
  const [, first = '', second] = /^full (\d+)(?: (\d+))?$/m.exec(completed.stdout) ?? [];
  const came =
    second === undefined
      ? `${megabytes(first)} are free`
      : `needs ${megabytes(first)}, ${megabytes(second)} are free`;
  return new HostError(
    failureTypes.commandFailed,
    `${session.destination}: the disk of ${path}.belay is too small: ${doing}: ${came}. Free some space (\`df -h ${path}\`; ` +
      '`df -i` where bytes are free), or keep fewer releases (`keep` in belay.yml), then deploy again.',
  );
}

function megabytes(bytes: string): string {
  return `${(Number(bytes) / 1_000_000).toFixed(1)} MB`;
}
