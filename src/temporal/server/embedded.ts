import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { searchAttributeNames } from '../../domain/runbook/messages.js';
import { end, lastLines, launch } from './background.js';
import { reason, TemporalError } from '../error.js';
import { withLock } from './lock.js';
import { ensureRetention, ensureSearchAttributes } from './namespace.js';
import { codecKeys } from '../codec/keys.js';
import { choosePorts, freeCodecPort, holder, type Ports } from './ports.js';
import { isAlive, type ProcessIdentity } from '../process-id.js';
import { makePrivate, readRecord, stateFolder, writeRecord } from '../state.js';

/** The Temporal dev server that belay runs in the background on this machine; kept in `<state>/temporal.json`. */
export interface Embedded extends ProcessIdentity, Ports {
  /** `127.0.0.1:7233` */
  address: string;
  /** `http://127.0.0.1:8233` */
  ui: string;
  /** Where the worker serves the codec to the Web UI (codec/server.ts), where a key was configured at its start. */
  codecPort?: number;
  database: string;
  log: string;
  /** The CLI that runs it: path and version. */
  cli: string;
  version: string;
  /** ISO 8601 */
  since: string;
  /** Set once it served, its namespace prepared. */
  ready?: true;
}

export const embeddedNamespace = 'default';
const servingMs = 30_000;
const startAttempts = 5;
// Fetching the CLI first may take minutes.
const lockMs = 1_500_000;

/** The embedded server where it runs; undefined where it does not, whatever a stale file says. */
export function embedded(): Embedded | undefined {
  const record = lastRecord();
  return record && isAlive(record) ? record : undefined;
}

/**
 * Starts the embedded server unless it runs, and waits until it serves with its namespace prepared: history kept for 90
 * days, belay's search attributes registered. Of two calls at once, in whichever processes, one starts it.
 * @param say progress, a line at a time.
 * @param onProcess called where it is started, once its process is there, which does not yet serve.
 * @returns the server, and whether this call started it.
 * @throws TemporalError where it cannot be had or does not serve within 30 s.
 */
export function startEmbedded(
  say: (line: string) => void,
  onProcess: () => void = () => undefined,
): Promise<{ server: Embedded; started: boolean }> {
  return locked(say, async () => {
    const running = embedded();
    if (!running) return { server: await startOnFreePorts(say, onProcess), started: true };
    // Whoever started it may have been ended before it served.
    if (running.ready !== true) await untilServing(running);
    return { server: running, started: false };
  });
}

/** Waits, where the embedded server is being started, until it serves or whoever starts it has had the time for that. */
export async function untilStarted(): Promise<void> {
  const until = Date.now() + servingMs;
  for (;;) {
    const server = embedded();
    if (server === undefined || server.ready === true || Date.now() > until) return;
    await sleep(25);
  }
}

/** Ports that were free may be taken in the moment before the server binds them, and it ends: then others are tried. */
async function startOnFreePorts(say: (line: string) => void, onProcess: () => void): Promise<Embedded> {
  for (let attempt = 1; ; attempt++) {
    const server = await start(say, attempt > 1);
    onProcess();
    try {
      await untilServing(server);
      return server;
    } catch (error) {
      // Whoever took them may have ended in the meantime.
      if (isAlive(server) || attempt === startAttempts) throw error;
    }
  }
}

/** Ends the embedded server: SIGTERM, and SIGKILL after 15 s. @returns what was ended; undefined where nothing ran. */
export function stopEmbedded(say: (line: string) => void): Promise<Embedded | undefined> {
  return locked(say, async () => {
    const running = embedded();
    return running && (await end(running, 15_000)) ? running : undefined;
  });
}

function locked<T>(say: (line: string) => void, action: () => Promise<T>): Promise<T> {
  return withLock(stateFolder(), 'temporal', action, {
    deadlineMs: lockMs,
    onWait: (pid) => say(`waiting for another belay (pid ${pid}) that starts or stops Temporal`),
  });
}

async function start(say: (line: string) => void, elsewhere: boolean): Promise<Embedded> {
  const state = await makePrivate(stateFolder());
  const { findCli } = await import('../cli/find.js');
  const cli = await findCli(say);
  const ports = await choosePorts(elsewhere ? 'elsewhere' : lastRecord());
  const codecPort = codecKeys().length > 0 ? await freeCodecPort(lastRecord()?.codecPort) : undefined;
  const address = `127.0.0.1:${ports.port}`;
  const database = join(state, 'temporal.db');
  const log = join(state, 'logs', 'temporal.log');
  const identity = await launch({
    command: cli.path,
    args: serverArguments(database, ports),
    cwd: state,
    env: withoutTemporal(process.env),
    log,
  });
  const server: Embedded = {
    ...identity,
    ...ports,
    ...(codecPort === undefined ? {} : { codecPort }),
    address,
    ui: `http://127.0.0.1:${ports.uiPort}`,
    database,
    log,
    cli: cli.path,
    version: cli.version,
    since: new Date().toISOString(),
  };
  // Written before it serves: what was started can always be stopped.
  await writeRecord(recordFile(), server);
  say(`starting Temporal at ${address}, Web UI ${server.ui}`);
  return server;
}

function serverArguments(database: string, { port, uiPort }: Ports): string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
    ...['--db-filename', database, '--namespace', embeddedNamespace, '--log-level', 'warn'],
    // What was acknowledged outlives a crash of the machine; WAL spares half of the writes that this takes.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=FULL'],
    // A step goes to the worker in the answer that had it scheduled, rather than by way of a queue.
    ...['--dynamic-config-value', 'system.enableActivityEagerExecution=true'],
    // Effective on a new database only; an older one is brought up to date once it serves.
    ...Object.values(searchAttributeNames).flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ];
}

/** The user's own settings for the Temporal CLI have no say in belay's server. */
function withoutTemporal(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

async function untilServing(server: Embedded): Promise<void> {
  const { Connection } = await import('../client.js');
  const until = Date.now() + servingMs;
  for (;;) {
    try {
      const connection = await Connection.connect({ address: server.address, connectTimeout: 1000 });
      try {
        await connection.withDeadline(Date.now() + servingMs, async () => {
          await ensureRetention(connection, embeddedNamespace);
          await ensureSearchAttributes(connection, embeddedNamespace);
        });
        // Of two that are started on the same port at the same moment one ends soon; whose answer was this?
        if (((await holder(server.port))?.pid ?? server.pid) === server.pid && isAlive(server)) {
          await writeRecord(recordFile(), { ...server, ready: true });
          return;
        }
        throw new Error(`another process serves at ${server.address}`);
      } finally {
        await connection.close();
      }
    } catch (error) {
      if (!isAlive(server)) {
        throw new TemporalError(
          `Temporal ended while starting; the end of ${server.log}:\n${await lastLines(server.log)}`,
        );
      }
      if (Date.now() > until) {
        throw new TemporalError(
          `Temporal (pid ${server.pid}) does not serve at ${server.address} after ${servingMs / 1000} s: ${reason(error)}; ` +
            `see ${server.log}, and end it with: belay down`,
          { cause: error },
        );
      }
      await sleep(50);
    }
  }
}

/** Of the server that runs, or ran last. */
function lastRecord(): Embedded | undefined {
  return readRecord(recordFile()) as Embedded | undefined;
}

function recordFile(): string {
  return join(stateFolder(), 'temporal.json');
}
