import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { stopEmbedded } from '../../src/temporal/server/embedded.js';
import { stopWorker } from '../../src/temporal/worker/process.js';

/** Progress lines of the test that runs. */
export let said: string[] = [];
export const say = (line: string) => void said.push(line);

/** Gives every test of a file a state folder of its own, and ends what was started in it. */
export function ownStateFolder(): void {
  let folder: string;
  beforeEach(async () => {
    said = [];
    folder = await mkdtemp(join(tmpdir(), 'belay-state-'));
    for (const name of Object.keys(process.env))
      if (/^(BELAY|TEMPORAL)_/.test(name)) vi.stubEnv(name, undefined);
    vi.stubEnv('BELAY_STATE_DIR', folder);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    vi.stubEnv('BELAY_STATE_DIR', folder);
    await stopWorker(() => undefined);
    await stopEmbedded(() => undefined);
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });
}
