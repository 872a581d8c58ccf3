import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, lastLines, launch } from '../server/background.js';
import { codeVersion, workerEntry } from './code-version.js';
import { codecKeys, fingerprint } from '../codec/keys.js';
import { TemporalError } from '../error.js';
import { withLock } from '../server/lock.js';
import { isAlive, type ProcessIdentity } from '../process-id.js';
import { service, type Service } from '../service.js';
import { makePrivate, readRecord, stateFolder, writeRecord } from '../state.js';
import { readyWorkers } from './ready.js';

/** The worker that belay runs in the background; kept in `<state>/worker.json`. */
export interface WorkerProcess extends ProcessIdentity {
  /** The service that it works for. */
  address: string;
  namespace: string;
  /** Its program, and which code that was. */
  entry: string;
  version: string;
  /** Which keys it encrypts and decrypts with. */
  codec: string;
  log: string;
  /** ISO 8601 */
  since: string;
}

const readyMs = 60_000;
/** Five seconds more than a worker gives its activities. */
const graceMs = 35_000;

/** A worker mostly waits: seen at rest 130 MB this way, 175 MB without. The Dockerfile has the same. */
const frugal = { flags: ['--optimize-for-size'], env: { MALLOC_ARENA_MAX: '2' } };

/** The background worker where it runs. */
export function workerProcess(): WorkerProcess | undefined {
  const record = readRecord(recordFile()) as WorkerProcess | undefined;
  return record && isAlive(record) ? record : undefined;
}

/**
 * Starts a worker in the background unless one runs, and waits until the service has seen it poll. One that works for
 * another service or runs other code than this belay's is replaced.
 * @param say progress, a line at a time.
 * @param works the service it works for.
 * @throws TemporalError where it ends, does not poll within 60 s, or would have other keys than what is under way needs.
 */
export function startWorker(
  works: Pick<Service, 'address' | 'namespace'>,
  say: (line: string) => void,
  entry = workerEntry,
): Promise<{ worker: WorkerProcess; started: boolean }> {
  return locked(say, async () => {
    const running = workerProcess();
    const stale = running && whyStale(running, works, entry);
    if (stale) {
      if (stale === otherKeys) await ensureTakeOver();
      say(`ending the worker (pid ${running.pid}): ${stale}`);
      await end(running, graceMs);
    }
    const kept = stale ? undefined : running;
    const worker = kept ?? (await start(works, entry));
    if (!kept) say(`starting a worker (pid ${worker.pid})`);
    await untilReady(worker);
    return { worker, started: kept === undefined };
  });
}

/** Ends the background worker: SIGTERM, and SIGKILL after 35 s. @returns what was ended; undefined where none ran. */
export function stopWorker(say: (line: string) => void): Promise<WorkerProcess | undefined> {
  return locked(say, async () => {
    const running = workerProcess();
    return running && (await end(running, graceMs)) ? running : undefined;
  });
}

function locked<T>(say: (line: string) => void, action: () => Promise<T>): Promise<T> {
  return withLock(stateFolder(), 'worker', action, {
    deadlineMs: readyMs + graceMs + 10_000,
    onWait: (pid) => say(`waiting for another belay (pid ${pid}) that starts or stops the worker`),
  });
}

function whyStale(
  running: WorkerProcess,
  works: Pick<Service, 'address' | 'namespace'>,
  entry: string,
): string {
  if (running.address !== works.address || running.namespace !== works.namespace) {
    return `it works for ${running.address}, and ${works.address} is meant now`;
  }
  if (running.codec !== fingerprint(codecKeys())) return otherKeys;
  return running.entry === entry && running.version === codeVersion(entry)
    ? ''
    : 'it runs other code than this belay';
}

const otherKeys = 'it has other keys for the codec';

/** Whoever has forgotten to set the key must not take away the worker that has it. */
async function ensureTakeOver(): Promise<void> {
  const found = service();
  if (!found) return;
  const [{ Connection }, { EncryptingCodec }, { ensureReadable }] = await Promise.all([
    import('../client.js'),
    import('../codec/codec.js'),
    import('../readable.js'),
  ]);
  const connection = await Connection.connect({ ...found.options, connectTimeout: 10_000 });
  try {
    await connection.withDeadline(Date.now() + 10_000, () =>
      ensureReadable(connection, found.namespace, [new EncryptingCodec(codecKeys())]),
    );
  } finally {
    await connection.close();
  }
}

async function start(works: Pick<Service, 'address' | 'namespace'>, entry: string): Promise<WorkerProcess> {
  if (!existsSync(entry))
    throw new TemporalError(`the worker's program is missing: ${entry}; build it: npm run build`);
  const state = await makePrivate(stateFolder());
  const log = join(state, 'logs', 'worker.log');
  // Read before the start: a build that ends in between makes the worker stale, not falsely fresh.
  const version = codeVersion(entry);
  const codec = fingerprint(codecKeys());
  // The whole environment goes along, SSH_AUTH_SOCK too; a forwarded or login session's agent may end before the worker.
  const identity = await launch({
    command: process.execPath,
    args: [...frugal.flags, entry],
    cwd: state,
    env: { ...process.env, ...frugal.env },
    log,
  });
  const worker: WorkerProcess = {
    ...identity,
    address: works.address,
    namespace: works.namespace,
    entry,
    version,
    codec,
    log,
    since: new Date().toISOString(),
  };
  await writeRecord(recordFile(), worker);
  return worker;
}

async function untilReady(worker: WorkerProcess): Promise<void> {
  const until = Date.now() + readyMs;
  while (!readyWorkers().some(({ pid }) => pid === worker.pid)) {
    if (!isAlive(worker)) {
      throw new TemporalError(
        `the worker ended while starting; the end of ${worker.log}:\n${await lastLines(worker.log)}`,
      );
    }
    if (Date.now() > until) {
      throw new TemporalError(
        `the worker (pid ${worker.pid}) does not poll ${worker.address} after ${readyMs / 1000} s; ` +
          `see ${worker.log}, and end it with: belay down`,
      );
    }
    await sleep(50);
  }
}

function recordFile(): string {
  return join(stateFolder(), 'worker.json');
}
