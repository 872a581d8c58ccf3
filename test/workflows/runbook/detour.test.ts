import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import type { Activities } from '../../../src/domain/runbook/activities.js';
import type { Bind } from '../../../src/domain/app/address.js';
import { deployInput, plan } from '../fakes.js';
import { withDeployment } from '../harness.js';

const spare: Bind = { kind: 'port', port: 24522, from: 'rehearsal' };
const detour: Partial<Activities> = {
  plan: () => Promise.resolve(plan({ strategy: { takes: 'detour', why: 'w' } })),
  rehearse: () => Promise.resolve({ evidence: [], spare }),
};
const input = deployInput({ strategy: 'auto', soakSeconds: 1, deadmanSeconds: 0 });
const fault = () => Promise.reject(ApplicationFailure.nonRetryable('it answered 500', 'VerificationFailed'));
const wholeWayBack = [
  'takeBack',
  'stopNew',
  'restoreFiles',
  'restoreTopology',
  'startOld',
  'verifyOld',
  'undoDetour',
  'unstage',
  'settle',
];
const from = (calls: readonly string[], step: string) => calls.slice(calls.indexOf(step));

describe('a page of maintenance', () => {
  const page: Partial<Activities> = {
    plan: () => Promise.resolve(plan({ maintenance: 'maintenance.html' })),
  };
  const hooked = deployInput({
    soakSeconds: 0,
    deadmanSeconds: 120,
    hooks: { release: ['migrate'], before: [], after: [] },
  });

  it('is shown before the release hook until the release is proved from inside, with the host armed', async () => {
    await withDeployment({ input: hooked, overrides: page }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'succeeded' });
      const steps = from(calls, 'backUp').filter((step) => !['rehearse', 'quiesce'].includes(step));
      expect(steps).toEqual(
        ['backUp', 'arm', 'maintain', 'releaseHook', 'stop', 'activate', 'start'].concat([
          'verify',
          'leaveDetour',
          'verify',
          'commit',
          'settle',
        ]),
      );
    });
  }, 60_000);

  it('gives way to the old version when the release hook fails, which was never stopped', async () => {
    await withDeployment(
      { input: hooked, overrides: { ...page, releaseHook: fault } },
      async ({ calls, result }) => {
        expect(await result()).toMatchObject({ outcome: 'rolled-back', remains: [] });
        expect(from(calls, 'takeBack')).toEqual(expect.arrayContaining(['takeBack', 'undoDetour']));
        expect(calls).not.toContain('stop');
      },
    );
  }, 60_000);
});

describe('a detour', () => {
  it('is proved where visitors are, before anything stops; nginx is led back at the end; nobody misses anything', async () => {
    await withDeployment({ input, overrides: detour }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'succeeded', downtimeSeconds: 0 });
      expect(from(calls, 'rehearse')).toEqual(
        ['rehearse', 'detour', 'verify', 'soak', 'quiesce', 'stop', 'activate', 'start', 'verify'].concat([
          'leaveDetour',
          'commit',
          'settle',
        ]),
      );
    });
  }, 60_000);

  it.each(['verify', 'soak'] as const)(
    'that fails in %s is left at once: the old version was never stopped',
    async (step) => {
      await withDeployment({ input, overrides: { ...detour, [step]: fault } }, async ({ calls, result }) => {
        expect(await result()).toMatchObject({ outcome: 'rolled-back', downtimeSeconds: 0, remains: [] });
        expect(from(calls, 'takeBack')).toEqual(['takeBack', 'undoDetour', 'unstage', 'settle']);
        expect(calls).not.toContain('stop');
      });
    },
    60_000,
  );

  it('keeps visitors at the spare address until the old version is proved again', async () => {
    await withDeployment({ input, overrides: { ...detour, start: fault } }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'rolled-back', downtimeSeconds: 0, remains: [] });
      expect(from(calls, 'takeBack')).toEqual(wholeWayBack);
    });
  }, 60_000);

  it('that cannot be left goes all the way back, and what nobody can rule out counts as outage', async () => {
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 1_100));
    const overrides = { ...detour, leaveDetour: fault, startOld: slow };
    await withDeployment({ input, overrides }, async ({ calls, result }) => {
      const { outcome, downtimeSeconds } = await result();
      expect(outcome).toBe('rolled-back');
      expect(downtimeSeconds).toBeGreaterThanOrEqual(1);
      expect(from(calls, 'takeBack')).toEqual(wholeWayBack);
    });
  }, 60_000);

  it('whose release does not come up beside the old one changed nothing', async () => {
    await withDeployment({ input, overrides: { ...detour, rehearse: fault } }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'failed', downtimeSeconds: 0 });
      expect(from(calls, 'takeBack')).toEqual(['takeBack', 'undoDetour', 'unstage', 'settle']);
    });
  }, 60_000);

  const refusal = () =>
    Promise.reject(ApplicationFailure.nonRetryable('nginx cannot be led elsewhere', 'Configuration'));
  const restarted = [
    'undoDetour',
    'quiesce',
    'stop',
    'activate',
    'start',
    'verify',
    'soak',
    'commit',
    'settle',
  ];

  it('that nginx cannot take becomes a restart, and the outcome says why', async () => {
    await withDeployment({ input, overrides: { ...detour, detour: refusal } }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({
        outcome: 'succeeded',
        cause: 'the app was restarted, for there was no detour: nginx cannot be led elsewhere',
      });
      expect(from(calls, 'detour')).toEqual(['detour', ...restarted]);
    });
  }, 60_000);

  it('that belay.yml insists on fails where nginx cannot take it', async () => {
    const asked = deployInput({ strategy: 'detour', soakSeconds: 1, deadmanSeconds: 0 });
    const overrides = { ...detour, detour: refusal };
    await withDeployment({ input: asked, overrides }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'rolled-back', downtimeSeconds: 0 });
      expect(calls).not.toContain('stop');
    });
  }, 60_000);

  it('that fails after the restart which it became is rolled back as one', async () => {
    const overrides = { ...detour, detour: refusal, start: fault };
    await withDeployment({ input, overrides }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'rolled-back', remains: [] });
      expect(from(calls, 'takeBack')).toEqual(wholeWayBack);
    });
  }, 60_000);

  it('of a rollback whose release does not come up beside becomes a restart: going back is urgent', async () => {
    const back = plan({ strategy: { takes: 'detour', why: 'w' }, artifact: '' });
    const overrides = { ...detour, plan: () => Promise.resolve(back), rehearse: fault };
    await withDeployment({ input, overrides }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'succeeded' });
      expect(from(calls, 'rehearse')).toEqual(['rehearse', ...restarted]);
    });
  }, 60_000);
});
