import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claim } from '../../../src/activities/steps/claim.js';
import { settle } from '../../../src/activities/steps/settle.js';
import { takeBack } from '../../../src/activities/steps/takeBack.js';
import { LocalHost, plan } from '../local-host.js';

let host: LocalHost;
beforeEach(async () => {
  host = await LocalHost.make({ 'app.py': 'old' });
});
afterEach(() => host.destroy());

test('a claim draws the next number, and the way back the one after it', async () => {
  const input = await host.deployment({});
  const next = { ...input, deployment: 'another', plan: { ...plan, fenceNumber: input.number } };
  await host.run(settle, Object.assign({}, input, { outcome: 'rolled-back' }));
  expect(await host.run(claim, next)).toEqual({ number: 2 });
  expect(await host.run(takeBack, next)).toEqual({ number: 3 });
  await expect(host.run(claim, { ...next, deployment: 'a third' })).rejects.toThrow(
    /Nothing was changed; make a new plan/,
  );
});

test.each([
  ['succeeded', 'active'],
  ['rolled-back', 'failed'],
  ['aborted', 'failed'],
  ['unchanged', 'staged'],
] as const)('a deployment that %s leaves its release %s, and the host free', async (outcome, recorded) => {
  const input = await host.deployment({});
  const folder = host.record(input.release);
  await host.write(folder, {
    'release.json': JSON.stringify({ by: 'a', outcome: 'staged', release: 'r' }, null, 2),
  });
  await host.run(settle, Object.assign({}, input, { outcome }));
  expect(JSON.parse(await readFile(join(folder, 'release.json'), 'utf8'))).toEqual({
    by: 'a',
    outcome: recorded,
    release: 'r',
  });
  expect(await readFile(join(host.state, 'owner'), 'utf8')).toContain('state=free');
});

test('settling works where the release is gone, and twice', async () => {
  const input = Object.assign({}, await host.deployment({}), {
    release: 'gone',
    outcome: 'failed',
  });
  await host.run(settle, input);
  await host.run(settle, input);
  expect(await readFile(join(host.state, 'owner'), 'utf8')).toContain('state=free');
});
