import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import type { Activities } from '../../src/domain/runbook/activities.js';
import type { RollbackInput } from '../../src/domain/runbook/messages.js';
import { app, plan } from './fakes.js';
import { withDeployment } from './harness.js';

const releases = [
  { release: '20261101T100000Z-aaaaaaaa', outcome: 'previous', when: '2026-11-01T10:00:00Z' },
  { release: '20261102T100000Z-bbbbbbbb', outcome: 'previous', when: '2026-11-02T10:00:00Z' },
  { release: '20261103T100000Z-cccccccc', outcome: 'failed', when: '2026-11-03T10:00:00Z' },
  { release: '20261104T100000Z-dddddddd', outcome: 'active', when: '2026-11-04T10:00:00Z' },
];
const facts = { app: { releases, active: '20261104T100000Z-dddddddd' } };
type Inspected = Awaited<ReturnType<Activities['inspect']>>;
const overrides: Partial<Activities> = {
  inspect: () => Promise.resolve({ facts, baseline: [] } as unknown as Inspected),
  plan: () => Promise.resolve(plan({ previous: { kind: 'release', release: '20261104T100000Z-dddddddd' } })),
};
const input = (to?: string): RollbackInput => ({
  app,
  reach: { alias: 'web1' },
  startedBy: 'kim@laptop',
  to,
});

describe('rollback', () => {
  it('goes to the release before the active one, past a failed one, without rehearsal', async () => {
    await withDeployment({ type: 'rollback', input: input(), overrides }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'succeeded', serving: '20261102T100000Z-bbbbbbbb' });
      expect(calls).toEqual([
        'inspect',
        'plan',
        'claim',
        'backUp',
        'quiesce',
        'stop',
        'activate',
        'start',
        'verify',
        'commit',
        'settle',
      ]);
    });
  }, 60_000);

  it('goes to the release that the active one replaced, though another is younger', async () => {
    const replaced = '20261101T100000Z-aaaaaaaa';
    const inspected = { facts: { app: { ...facts.app, replaced } }, baseline: [] };
    const inspect = () => Promise.resolve(inspected as unknown as Inspected);
    const started = { type: 'rollback', input: input(), overrides: { ...overrides, inspect } } as const;
    await withDeployment(started, async ({ result }) => {
      expect(await result()).toMatchObject({ outcome: 'succeeded', serving: replaced });
    });
  }, 60_000);

  it('goes to the release that is named', async () => {
    const to = '20261101T100000Z-aaaaaaaa';
    await withDeployment({ type: 'rollback', input: input(to), overrides }, async ({ result }) => {
      expect(await result()).toMatchObject({ outcome: 'succeeded', serving: to });
    });
  }, 60_000);

  it('names what is there where the release is not, and changes nothing', async () => {
    await withDeployment({ type: 'rollback', input: input('nope'), overrides }, async ({ calls, result }) => {
      const { outcome, cause } = await result();
      expect(outcome).toBe('failed');
      expect(cause).toContain('no release nope; on web1 there are: 20261101T100000Z-aaaaaaaa');
      expect(calls).toEqual(['inspect']);
    });
  }, 60_000);

  it('does not go to a release that failed', async () => {
    const to = '20261103T100000Z-cccccccc';
    await withDeployment({ type: 'rollback', input: input(to), overrides }, async ({ calls, result }) => {
      const { outcome, cause } = await result();
      expect(outcome).toBe('failed');
      expect(cause).toMatch(/no release \S+-cccccccc; on web1 there are: (?!.*cccccccc)/);
      expect(calls).toEqual(['inspect']);
    });
  }, 60_000);

  it('has its own way back, to the release that was active', async () => {
    const verify = () =>
      Promise.reject(ApplicationFailure.nonRetryable('it answered 500', 'VerificationFailed'));
    await withDeployment(
      { type: 'rollback', input: input(), overrides: { ...overrides, verify } },
      async (started) => {
        expect(await started.result()).toMatchObject({
          outcome: 'rolled-back',
          serving: '20261104T100000Z-dddddddd',
        });
        expect(started.calls.slice(started.calls.indexOf('verify') + 1)).toEqual([
          'takeBack',
          'stopNew',
          'restoreFiles',
          'restoreTopology',
          'startOld',
          'verifyOld',
          'settle',
        ]);
      },
    );
  }, 60_000);
});
