import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import type { Activities } from '../../src/domain/runbook/activities.js';
import type { PlanInput } from '../../src/domain/plan/input.js';
import type { Plan } from '../../src/domain/plan/plan.js';
import { deployInput, plan } from './fakes.js';
import { withDeployment } from './harness.js';

const lookSteps = ['inspect', 'checkSource', 'compare', 'upload', 'checkStaged', 'plan'];

/** The fake plan with what it was given to tell. */
const echo = { plan: ({ findings }: PlanInput) => Promise.resolve(plan({ findings })) };

async function planned(
  options: { rehearse?: boolean; build?: string[] },
  overrides: Partial<Activities>,
): Promise<{ calls: string[]; plan: Plan }> {
  const { rehearse, build = [] } = options;
  let seen: { calls: string[]; plan: Plan } | undefined;
  const input = { ...deployInput({ build }), rehearse };
  await withDeployment(
    { type: 'plan', input, overrides: { ...echo, ...overrides } },
    async ({ calls, handle }) => {
      seen = { plan: (await handle.result()) as Plan, calls };
    },
  );
  if (seen === undefined) throw new Error('no plan');
  return seen;
}

const failing = (type: string) => ({
  rehearse: () =>
    Promise.reject(
      ApplicationFailure.create({
        message: 'rehearsal on web1: GET / answered 500.\nIts log:\n  | boom',
        type,
        nonRetryable: true,
      }),
    ),
});

describe('the workflow plan', () => {
  it('looks, and removes its stage', async () => {
    const { calls, plan: made } = await planned({}, {});
    expect(calls).toEqual([...lookSteps, 'unstage']);
    expect(made.findings).toEqual([]);
  });

  it('rehearses on demand, without a claim, and tells it in the plan', async () => {
    const inputs: object[] = [];
    const { calls, plan: made } = await planned(
      { rehearse: true },
      {
        rehearse: (input) => {
          inputs.push(input);
          return Promise.resolve({ evidence: ['rehearsed: GET / → 200 in 3 ms'] });
        },
      },
    );
    expect(calls).toEqual([...lookSteps, 'rehearse', 'plan', 'unstage']);
    expect(inputs[0]).not.toHaveProperty('number');
    expect(made.findings).toMatchObject([
      { id: 'app.rehearsal', severity: 'info', evidence: 'rehearsed: GET / → 200 in 3 ms' },
    ]);
  });

  it('blocks where the release does not pass, with its log', async () => {
    const { calls, plan: made } = await planned({ rehearse: true }, failing('VerificationFailed'));
    expect(calls.at(-1)).toBe('unstage');
    expect(made.findings).toMatchObject([
      {
        id: 'app.rehearsal',
        severity: 'block',
        message: 'rehearsal on web1: GET / answered 500.',
        evidence: 'Its log:\n  | boom',
      },
    ]);
  });

  it('only warns where a build, which a plan does not run, may be missing', async () => {
    const { plan: made } = await planned(
      { rehearse: true, build: ['npm ci'] },
      failing('VerificationFailed'),
    );
    expect(made.findings).toMatchObject([{ severity: 'warn' }]);
    expect(made.findings[0]?.message).toContain('A plan does not run `build`');
  });

  it('fails where it could not be found out, and does not blame the release', async () => {
    await expect(planned({ rehearse: true }, failing('HostKeyRefused'))).rejects.toThrow();
  });

  it('does not rehearse what is refused already', async () => {
    const blocked = plan({
      findings: [
        { id: 'port.unknown', severity: 'block', host: 'web1', message: 'm', evidence: '', remedy: '' },
      ],
    });
    const { calls } = await planned({ rehearse: true }, { plan: () => Promise.resolve(blocked) });
    expect(calls).toEqual([...lookSteps, 'unstage']);
  });
});
