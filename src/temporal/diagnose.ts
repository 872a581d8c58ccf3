import { access, constants, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../domain/text/bytes.js';
import { connect } from './connect.js';
import { embedded } from './server/embedded.js';
import { reason } from './error.js';
import { locateCli } from './cli/find.js';
import { goThatBuilds } from './cli/go-install.js';
import { resources, type Resource } from './machine.js';
import { retentionDays } from './server/namespace.js';
import { pollerIdentities } from './worker/pollers.js';
import { holderText, isFree } from './server/ports.js';
import { isExternal, service } from './service.js';
import { artifactsFolder, makePrivate, stateFolder } from './state.js';
import { storeMark } from './server/store-mark.js';
import { mayLive, storeMarkOf } from './worker/ready.js';

/** One thing that belay needs, or could use, on this machine. */
export interface Check {
  /** Stable: `temporal.cli`. */
  id: string;
  /** `missing`: needed. `absent`: something of belay's does without it. */
  status: 'ok' | 'missing' | 'absent';
  message: string;
  /** What to do next; empty where nothing is to be done. */
  remedy: string;
}

/** What concerns Temporal, worker, state and artifacts. Starts nothing, fetches nothing; at most about 15 s. */
export async function diagnose(): Promise<Check[]> {
  const checks = [await stateCheck(), await artifactsCheck(), ...resources().map(resourceCheck)];
  if (!isExternal()) checks.push(await cliCheck(), await serverCheck());
  return [...checks, ...(await serviceChecks())];
}

async function stateCheck(): Promise<Check> {
  const folder = stateFolder();
  try {
    await access(await makePrivate(folder), constants.W_OK);
    return ok('state', `state folder ${folder}: ${await sizesText(folder)}`);
  } catch (error) {
    return missing(
      'state',
      `the state folder is not writable: ${reason(error)}`,
      'set BELAY_STATE_DIR to a folder of yours',
    );
  }
}

/** What grows there, and how far: `temporal.db 12 MB (histories of 90 days), logs 40 kB (20 MB each at most)`. */
async function sizesText(folder: string): Promise<string> {
  const sizeOf = async (path: string) => (await stat(path).catch(() => ({ size: 0 }))).size;
  const database = await Promise.all(
    ['', '-wal'].map((suffix) => sizeOf(join(folder, `temporal.db${suffix}`))),
  );
  const names = await readdir(join(folder, 'logs')).catch((): string[] => []);
  const logs = await Promise.all(names.map((name) => sizeOf(join(folder, 'logs', name))));
  const total = (sizes: number[]) => formatBytes(sizes.reduce((sum, size) => sum + size, 0));
  return `temporal.db ${total(database)} (histories of ${retentionDays} days), logs ${total(logs)} (20 MB each at most)`;
}

async function artifactsCheck(): Promise<Check> {
  const folder = artifactsFolder();
  try {
    await storeMark(folder);
    await access(folder, constants.W_OK);
    const { uid } = await stat(folder);
    const user = process.getuid?.() ?? uid;
    // As root it can be filled, and the worker it was made for could not read what it is filled with.
    if (uid !== user) {
      const message = `the artifact store ${folder} belongs to uid ${uid}, and you are uid ${user}: a worker that runs as its owner could not read what you pack`;
      return missing('artifacts', message, `run belay as the user with uid ${uid}, as the worker does`);
    }
    return ok('artifacts', `artifact store ${folder}: at most 50 artifacts, 90 days, 2 GB`);
  } catch (error) {
    const remedy = 'set BELAY_ARTIFACTS to a folder that this user and the worker can write';
    return missing('artifacts', `the artifact store is not writable: ${reason(error)}`, remedy);
  }
}

function resourceCheck({ id, message, remedy }: Resource): Check {
  return remedy === '' ? ok(id, message) : missing(id, message, remedy);
}

async function cliCheck(): Promise<Check> {
  try {
    const found = await locateCli();
    if (found) return ok('temporal.cli', `${found.version} at ${found.path} (${found.how})`);
  } catch (error) {
    return missing('temporal.cli', reason(error), 'correct or unset BELAY_TEMPORAL_CLI');
  }
  const go = await goThatBuilds().catch(() => undefined);
  return missing(
    'temporal.cli',
    'there is no Temporal CLI on this machine',
    `belay up downloads it${go ? ', or builds it with Go (a few minutes)' : ''}; or install it: https://docs.temporal.io/cli`,
  );
}

async function serverCheck(): Promise<Check> {
  const server = embedded();
  if (server)
    return ok(
      'temporal.server',
      `Temporal runs at ${server.address} (pid ${server.pid}), Web UI ${server.ui}`,
    );
  const taken: string[] = [];
  for (const [variable, usual] of [
    ['BELAY_TEMPORAL_PORT', 7233],
    ['BELAY_UI_PORT', 8233],
  ] as const) {
    const port = Number(process.env[variable] ?? usual);
    if (await isFree(port)) continue;
    const by = await holderText(port);
    if (process.env[variable]) {
      return missing(
        'temporal.server',
        `port ${port} is held by ${by}`,
        `end that, or set ${variable} to a free port`,
      );
    }
    taken.push(`port ${port} is held by ${by}, so another is taken`);
  }
  return ok('temporal.server', ['Temporal does not run; it starts by itself', ...taken].join('; '));
}

async function serviceChecks(): Promise<Check[]> {
  try {
    const found = service();
    if (!found) return [];
    const client = await connect();
    try {
      const pollers = (await pollerIdentities(client.connection, found.namespace)).filter(mayLive);
      const answers =
        found.kind === 'external'
          ? [ok('temporal.service', `${found.address} (from ${found.from}) answers`)]
          : [];
      return [...answers, workerCheck(pollers, found.kind), ...(await storeChecks(pollers))];
    } finally {
      await client.connection.close();
    }
  } catch (error) {
    return [missing('temporal.service', reason(error), 'correct what it names, then try again')];
  }
}

function workerCheck(pollers: string[], kind: 'embedded' | 'external'): Check {
  if (pollers.length > 0)
    return ok(
      'worker',
      `${pollers.length === 1 ? 'a worker polls' : `${pollers.length} workers poll`}: ${pollers.join(', ')}`,
    );
  if (kind === 'embedded') return ok('worker', 'no worker polls; it starts by itself');
  return missing(
    'worker',
    'no worker polls, so deployments would only wait',
    'belay up, or belay worker on any machine',
  );
}

/** The command line fills the store, the worker reads it: both must reach the same one. */
async function storeChecks(pollers: string[]): Promise<Check[]> {
  const folder = artifactsFolder();
  const mine = await storeMark(folder);
  return pollers
    .filter((identity) => storeMarkOf(identity) !== mine)
    .map((identity) =>
      missing(
        'artifacts.shared',
        `the worker ${identity} does not read the artifact store that is used here (${folder})`,
        'let both reach one folder, named by BELAY_ARTIFACTS on each side, then restart the worker: belay down, belay up',
      ),
    );
}

function ok(id: string, message: string): Check {
  return { id, status: 'ok', message, remedy: '' };
}

function missing(id: string, message: string, remedy: string): Check {
  return { id, status: 'missing', message, remedy };
}
