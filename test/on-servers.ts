import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { destroyServer, sandboxUnavailable, serverNames } from '../src/sandbox/index.js';
import { belay } from './incident/belay.js';

const unavailable = sandboxUnavailable();
if (unavailable) console.warn(`skipped: ${unavailable}`);

/** `describe` of what needs real servers. Where this machine can have none it is skipped, and the reason is said. */
export const describeOnServers = describe.skipIf(unavailable !== undefined);

/**
 * Gives belay a state folder for these tests alone, and takes away with it what was made there: servers, Temporal and worker.
 * Called before other hooks, it is the first to begin and the last to end.
 * @returns the folder, once tests run
 */
export function ownState(): () => string {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'belay-state-'));
    process.env['BELAY_STATE_DIR'] = folder;
  });
  afterAll(async () => {
    for (const name of await serverNames()) await destroyServer(name);
    await belay(['down', '--now']);
    await rm(folder, { recursive: true });
  });
  return () => folder;
}
