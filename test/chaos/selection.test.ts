import { afterAll, beforeAll, expect, test } from 'vitest';
import { clearOfCron } from '../incident/clear-of-cron.js';
import { attempt, type Trial } from './trial.js';
import { World } from './world.js';
import { describeOnServers } from '../on-servers.js';

/** A few of the trials that `npm run chaos` draws at random; each one is the next deployment after the one before. */
describeOnServers('a deployment that is disturbed', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create();
  });
  afterAll(() => world.remove());

  const middle = { number: 0, moment: 'middle', chance: 0 } as const;
  test.each<[string, Trial, string]>([
    [
      'the connection is reset during the start',
      { ...middle, version: 'good', step: 'start', fault: 'connection reset' },
      'succeeded',
    ],
    [
      'the worker is killed during the way back',
      { ...middle, version: 'failing', step: 'startOld', fault: 'worker killed' },
      'rolled-back',
    ],
  ])('%s', async (_, trial, outcome) => {
    await clearOfCron();
    const result = await attempt(world, trial);
    expect(result.violations).toEqual([]);
    expect(result.outcome).toBe(outcome);
    expect(result.met).not.toEqual([]);
  });
});
