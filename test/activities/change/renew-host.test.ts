import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renewing as renewingStep } from '../../../src/activities/change/renew-host.js';
import { drawNumber } from '../../../src/host/door/fence.js';
import { until } from '../../../src/sandbox/wait.js';
import { LocalHost } from '../local-host.js';

let host: LocalHost;
beforeEach(async () => {
  host = await LocalHost.make({ 'app.py': 'old' });
});
afterEach(() => host.destroy());

/** The step as a worker takes it. */
function renewing(...asked: Parameters<typeof renewingStep>): (input: unknown) => Promise<unknown> {
  const step = renewingStep(...asked);
  return (input) => new MockActivityEnvironment().run(step, input);
}

const owner = (): Promise<string> => readFile(join(host.state, 'owner'), 'utf8');
const app = (deadmanSeconds: number) => ({ app: { deadmanSeconds } });

/** As if the deployment had not been heard of for a long time. */
async function age(): Promise<void> {
  await writeFile(join(host.state, 'owner'), (await owner()).replace(/renewed=\d+/, 'renewed=1000000000'));
}

async function heardOf(): Promise<true | undefined> {
  return (await owner()).includes('renewed=1000000000') ? undefined : true;
}

test.each(['start', 'soak'] as const)(
  'the host hears of the deployment again and again during %s',
  async (name) => {
    const input = await host.deployment({}, app(1));
    const step = renewing(host.dependencies.hosts, name, async () => {
      for (let times = 0; times < 3; times++) {
        await age();
        expect(await until(heardOf, { deadlineMs: 10_000 }), 'heard of').toBe(true);
      }
      return 'over';
    });
    expect(await step(input)).toBe('over');
  },
);

test('with the switch off nothing is said', async () => {
  const input = await host.deployment({}, app(0));
  await age();
  await renewing(
    host.dependencies.hosts,
    'soak',
    () => new Promise((resolve) => setTimeout(resolve, 500)),
  )(input);
  expect(await heardOf()).toBeUndefined();
});

test('a step that only looks fails as fenced where the host acted, before and during it', async () => {
  const input = await host.deployment({}, app(1));
  const { deployment } = input;
  const act = () => drawNumber(host.session, { path: host.path, deployment, by: 'x', takeBack: true });
  const during = renewing(host.dependencies.hosts, 'verify', async () => {
    await act();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    throw new Error('what serves is not the new release');
  });
  await expect(during(input)).rejects.toMatchObject({ type: 'Fenced' });
  let looked = false;
  const after = renewing(host.dependencies.hosts, 'verify', () => Promise.resolve((looked = true)));
  await expect(after(input)).rejects.toMatchObject({
    type: 'Fenced',
    message: expect.stringContaining('no longer holds local') as string,
  });
  expect(looked).toBe(false);
});
