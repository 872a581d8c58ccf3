import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import type { Activities, InspectResult } from '../../src/domain/runbook/activities.js';
import type { FenceFacts } from '../../src/domain/facts/facts.js';
import type { RecoverInput } from '../../src/domain/runbook/messages.js';
import { app } from './fakes.js';
import { withDeployment, type Started } from './harness.js';

const now = 1_795_500_000;
const unfinished = 'belay/words/production/web1@run1';
const held: FenceFacts = {
  number: 7,
  deployment: unfinished,
  by: 'kim@laptop',
  since: now - 900,
  renewed: now - 20,
  state: 'held',
  running: false,
};

function seen(fence: FenceFacts | null, status: number | null = 200): InspectResult {
  const facts = { system: { now }, app: { kind: 'symlink', active: 'the-good-one', fence } };
  return { facts: facts as unknown as InspectResult['facts'], baseline: [{ url: '/', status }] };
}

function recovering(
  {
    fence,
    status,
    over,
    force = false,
  }: { fence: FenceFacts | null; status?: number | null; over?: string; force?: boolean },
  during: (started: Started) => Promise<void>,
  overrides: Partial<Activities> = {},
): Promise<void> {
  const input: RecoverInput = { app, reach: { alias: 'web1' }, startedBy: 'kim@laptop', over, force };
  let put = false;
  const inspect = () => Promise.resolve(seen(fence && put ? { ...fence, state: 'free' } : fence, status));
  const recoverHost = () => {
    put = true;
    return Promise.resolve({ changed: true, output: '' });
  };
  return withDeployment(
    { type: 'recover', input, overrides: { inspect, recoverHost, ...overrides } },
    during,
  );
}

describe('recover', () => {
  it.each<[string, Parameters<typeof recovering>[0]]>([
    ['that is over in Temporal', { fence: held, over: unfinished }],
    ['that was silent for long', { fence: { ...held, renewed: now - 700 } }],
    ['by force', { fence: held, force: true }],
  ])(
    'puts back what a deployment left %s, and looks at what serves',
    async (_, options) => {
      await recovering(options, async ({ calls, result }) => {
        expect(await result()).toMatchObject({ outcome: 'succeeded', serving: 'the-good-one', remains: [] });
        expect(calls).toEqual(['inspect', 'recoverHost', 'inspect']);
      });
    },
    60_000,
  );

  it('leaves a deployment alone that may still live', async () => {
    await recovering(
      { fence: held, over: 'belay/words/production/web1@another' },
      async ({ calls, result }) => {
        const { outcome, cause } = await result();
        expect(outcome).toBe('failed');
        expect(cause).toMatch(
          /web1@run1, started by kim@laptop, changed web1 20 s ago, .*belay recover --force$/,
        );
        expect(calls).toEqual(['inspect']);
      },
    );
  }, 60_000);

  it('only gives the host back where that release was committed', async () => {
    await recovering(
      { fence: held, force: true },
      async ({ calls, result }) => {
        const { outcome, cause } = await result();
        expect({ outcome, cause }).toEqual({
          outcome: 'unchanged',
          cause: 'nothing to recover: it was committed',
        });
        expect(calls).toEqual(['inspect', 'recoverHost']);
      },
      { recoverHost: () => Promise.resolve({ changed: false, output: 'it was committed' }) },
    );
  }, 60_000);

  it.each<[string, FenceFacts | null, RegExp]>([
    ['nobody deployed', null, /^nothing to recover: nobody ever deployed to web1$/],
    [
      'the last one ended',
      { ...held, state: 'free' },
      /^nothing to recover: the last deployment, .*@run1, came to its end$/,
    ],
    [
      'the host did it',
      {
        ...held,
        state: 'free',
        recovered: { at: now, by: "the dead man's switch", why: 'it heard nothing' },
      },
      /^nothing to recover: the dead man's switch on web1 put the old version back at 2026-11-24T06:00:00Z because it heard nothing$/,
    ],
  ])(
    'has nothing to do where %s',
    async (_, fence, text) => {
      await recovering({ fence }, async ({ calls, result }) => {
        const { outcome, cause } = await result();
        expect(outcome).toBe('unchanged');
        expect(cause).toMatch(text);
        expect(calls).toEqual(['inspect']);
      });
    },
    60_000,
  );

  it('says what remains where the host cannot do it, or nothing answers afterwards', async () => {
    const recoverHost = () =>
      Promise.reject(ApplicationFailure.nonRetryable('the tree is missing', 'RemoteCommandFailed'));
    await recovering(
      { fence: held, force: true },
      async ({ result }) => {
        expect(await result()).toMatchObject({
          outcome: 'rollback-failed',
          remains: ['put the last good release back: the tree is missing'],
        });
      },
      { recoverHost },
    );
    await recovering(
      { fence: held, force: true },
      async ({ result }) => {
        const { outcome, remains } = await result();
        expect(outcome).toBe('rollback-failed');
        expect(remains.join()).toContain('web1 is still held by belay/words/production/web1@run1');
      },
      { recoverHost: () => Promise.resolve({ changed: true, output: '' }) },
    );
    await recovering({ fence: held, force: true, status: null }, async ({ result }) => {
      const { outcome, remains } = await result();
      expect(outcome).toBe('rollback-failed');
      expect(remains.join()).toContain('no page answers: / → no answer');
    });
  }, 60_000);
});
