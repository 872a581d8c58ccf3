import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import type { Footing } from '../../src/domain/facts/footing.js';
import type { GatePage } from '../../src/domain/nginx/gates/gates.js';
import type { Plan } from '../../src/domain/plan/plan.js';
import type { Activities } from '../../src/domain/runbook/activities.js';
import { deployInput, facts, plan } from './fakes.js';
import { withDeployment, type Started } from './harness.js';
import { until, untilCancelled } from '../until.js';

/** An undo that fails until somebody mends what is in its way. */
function failingUntilMended() {
  let mended = false;
  return {
    mend: () => (mended = true),
    restoreFiles: () => (mended ? Promise.resolve() : fails('RemoteCommandFailed')()),
  };
}

const fails = (type: string) => () =>
  Promise.reject(ApplicationFailure.nonRetryable('it answered 500', type));
// `checkSource` runs beside `inspect`; the fakes note it always second.
const lookSteps = ['inspect', 'checkSource', 'compare', 'upload', 'checkStaged', 'plan'];
const changeSteps = [
  'claim',
  'backUp',
  'rehearse',
  'quiesce',
  'stop',
  'activate',
  'start',
  'verify',
  'commit',
  'settle',
];
const wayBack = [
  'takeBack',
  'stopNew',
  'restoreFiles',
  'restoreTopology',
  'startOld',
  'verifyOld',
  'unstage',
  'settle',
];

describe('deploy', () => {
  it('takes the runbook in order', async () => {
    await withDeployment({}, async ({ calls, result }) => {
      expect(await result()).toMatchObject({
        outcome: 'succeeded',
        serving: '20261124T101500Z-aaaaaaaa',
        port: 9999,
      });
      expect(calls).toEqual([...lookSteps, ...changeSteps]);
    });
  }, 60_000);

  it('swaps files alone: nothing is stopped or started, and the way back is the files', async () => {
    const swapped = plan({ bind: null, stops: [], strategy: { takes: 'swap', why: 'nothing runs' } });
    const app = { kind: 'files' as const, run: '', rehearse: false, assets: ['dist'] };
    const plans = { plan: () => Promise.resolve(swapped) };
    await withDeployment({ input: deployInput(app), overrides: plans }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'succeeded', port: null, downtimeSeconds: 0 });
      const steps = ['claim', 'carry', 'backUp', 'activate', 'verify', 'commit', 'settle'];
      expect(calls.slice(calls.indexOf('claim'))).toEqual(steps);
    });
    const broken = { ...plans, verify: fails('VerificationFailed') };
    await withDeployment({ input: deployInput(app), overrides: broken }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'rolled-back', downtimeSeconds: 0 });
      expect(calls.slice(calls.indexOf('takeBack'))).toEqual([
        ...['takeBack', 'restoreFiles', 'verifyOld', 'unstage', 'settle'],
      ]);
    });
  }, 60_000);

  it('has the host go by itself from the stop to the start, unless something else answers visitors well meanwhile', async () => {
    const gate = { address: '127.0.0.1', port: 80, tls: false, name: 'words.example.test' };
    const asked = (standsIn: GatePage['standsIn']): Plan =>
      plan({
        front: {
          gates: [gate],
          urls: [],
          accessLogs: [],
          asks: [{ url: 'http://words.example.test/', gate, ...(standsIn && { standsIn }) }],
        },
      });
    const cases = [
      [plan(), true],
      [asked({}), true],
      [asked({ well: true }), false],
    ] as const;
    for (const [planned, isMoment] of cases) {
      const told: unknown[] = [];
      const overrides: Partial<Activities> = {
        plan: () => Promise.resolve(planned),
        stop: (input) => (told.push(input.isMoment), Promise.resolve({ stopped: [] })),
        activate: (input) => (told.push(input.isMoment), Promise.resolve({ active: input.release })),
      };
      await withDeployment({ overrides }, async ({ result }) => {
        expect(await result()).toMatchObject({ outcome: 'succeeded' });
      });
      expect(told).toEqual([isMoment, isMoment]);
    }
  }, 60_000);

  it('refuses a blocked plan, and only the stage is removed', async () => {
    const finding = {
      id: 'python.syntax' as const,
      severity: 'block' as const,
      host: 'web1',
      message: 'm',
      evidence: 'e',
      remedy: 'r',
    };
    const overrides = { plan: () => Promise.resolve(plan({ findings: [finding] })) };
    await withDeployment({ overrides }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'refused', findings: [finding] });
      expect(calls).toEqual([...lookSteps, 'unstage']);
    });
  }, 60_000);

  it('plans at once where the host lacks what staging needs: nothing is asked of it with that', async () => {
    const overrides = { inspect: () => Promise.resolve({ facts: facts(['find']), baseline: [] }) };
    await withDeployment({ overrides }, async ({ calls, handle }) => {
      await until(() => calls.includes('plan'));
      expect(calls.slice(0, 3)).toEqual(['inspect', 'checkSource', 'plan']);
      await handle.terminate();
    });
  });

  it('frees the host as soon as it can be done, as where the disk was full for a moment', async () => {
    let settled = 0;
    const full = ApplicationFailure.retryable('no space left', 'RemoteCommandFailed');
    const overrides = { settle: () => (settled++ === 0 ? Promise.reject(full) : Promise.resolve({})) };
    await withDeployment({ overrides }, async ({ result }) => {
      expect(await result()).toMatchObject({ outcome: 'succeeded', remains: [] });
      expect(settled).toBe(2);
    });
  }, 60_000);

  it('fails without touching what serves where the rehearsal fails', async () => {
    await withDeployment(
      { overrides: { rehearse: fails('VerificationFailed') } },
      async ({ calls, result }) => {
        expect(await result()).toMatchObject({
          outcome: 'failed',
          downtimeSeconds: 0,
          cause: 'rehearse: it answered 500',
        });
        expect(calls).toEqual([...lookSteps, 'claim', 'backUp', 'rehearse', 'takeBack', 'unstage', 'settle']);
      },
    );
  }, 60_000);

  it('rolls back where verification fails, in the order of the way back', async () => {
    await withDeployment(
      { overrides: { verify: fails('VerificationFailed') } },
      async ({ calls, result }) => {
        expect(await result()).toMatchObject({
          outcome: 'rolled-back',
          cause: 'verify: it answered 500',
          remains: [],
        });
        expect(calls.slice(calls.indexOf('verify') + 1)).toEqual(wayBack);
      },
    );
  }, 60_000);

  it('retries an undo that fails for a while', async () => {
    let tries = 0;
    const restoreFiles = () => (++tries < 4 ? Promise.reject(new Error('disk full')) : Promise.resolve());
    await withDeployment(
      { overrides: { verify: fails('VerificationFailed'), restoreFiles } },
      async ({ result }) => {
        expect(await result()).toMatchObject({ outcome: 'rolled-back' });
        expect(tries).toBe(4);
      },
    );
  }, 60_000);

  it('starts the old version again where it did not stay up', async () => {
    let tries = 0;
    const verifyOld = () =>
      ++tries < 3 ? fails('VerificationFailed')() : Promise.resolve({ evidence: ['it answers'] });
    await withDeployment(
      { overrides: { verify: fails('VerificationFailed'), verifyOld } },
      async ({ calls, result }) => {
        expect(await result()).toMatchObject({ outcome: 'rolled-back', remains: [] });
        const again = ['takeBack', 'startOld', 'verifyOld'];
        expect(calls.slice(calls.indexOf('startOld'))).toEqual([
          'startOld',
          'verifyOld',
          ...again,
          ...again,
          'unstage',
          'settle',
        ]);
      },
    );
  }, 60_000);

  it('waits for an operator where the rollback is incomplete, and goes on at the undo that failed', async () => {
    const gone = failingUntilMended();
    await withDeployment(
      { overrides: { verify: fails('VerificationFailed'), restoreFiles: gone.restoreFiles } },
      async (started) => {
        await until(() => started.calls.includes('restoreFiles'));
        gone.mend();
        await started.handle.signal('retryRollback');
        expect(await started.result()).toMatchObject({ outcome: 'rolled-back' });
        expect(started.calls.filter((name) => name === 'stopNew')).toHaveLength(1);
      },
    );
  }, 60_000);

  it('goes on by itself once what was in its way is mended: nobody has to say so', async () => {
    const gone = failingUntilMended();
    await withDeployment(
      { overrides: { verify: fails('VerificationFailed'), restoreFiles: gone.restoreFiles } },
      async (started) => {
        await until(() => started.calls.includes('restoreFiles'));
        gone.mend();
        expect(await started.result()).toMatchObject({ outcome: 'rolled-back', remains: [] });
      },
    );
  }, 60_000);

  it.each(['verifyOld', 'restoreFiles'] as const)(
    'hears giveUp while %s does not end',
    async (undo) => {
      await withDeployment(
        { overrides: { verify: fails('VerificationFailed'), [undo]: untilCancelled } },
        async (started) => {
          await until(() => started.calls.includes(undo));
          await started.handle.signal('giveUp');
          const { outcome, remains } = await started.result();
          expect(outcome).toBe('rollback-failed');
          expect(remains).toEqual([expect.stringMatching(/given up|cancel/i)]);
        },
      );
    },
    60_000,
  );

  it('is given up though the host cannot be told: neither its record nor its switch is waited for', async () => {
    const overrides = {
      verify: fails('VerificationFailed'),
      restoreFiles: fails('RemoteCommandFailed'),
      disarm: untilCancelled,
      settle: untilCancelled,
    };
    await withDeployment({ input: deployInput({ deadmanSeconds: 120 }), overrides }, async (started) => {
      await until(() => started.calls.includes('disarm'));
      await started.handle.signal('giveUp');
      const { outcome, remains } = await started.result();
      expect(outcome).toBe('rollback-failed');
      expect(remains).toContainEqual(
        expect.stringMatching(/settle: given up before it came to an end .*ten minutes/),
      );
    });
  }, 60_000);

  it('tries again on retryRollback while its switch is still being disarmed', async () => {
    const gone = failingUntilMended();
    const overrides = {
      verify: fails('VerificationFailed'),
      restoreFiles: gone.restoreFiles,
      disarm: untilCancelled,
    };
    await withDeployment({ input: deployInput({ deadmanSeconds: 120 }), overrides }, async (started) => {
      await until(() => started.calls.includes('disarm'));
      gone.mend();
      await started.handle.signal('retryRollback');
      expect(await started.result()).toMatchObject({ outcome: 'rolled-back', remains: [] });
    });
  }, 60_000);

  it('records the outcome anew at once on retryRollback', async () => {
    let tries = 0;
    const settle = () => (++tries === 1 ? untilCancelled() : Promise.resolve({}));
    await withDeployment({ overrides: { verify: fails('VerificationFailed'), settle } }, async (started) => {
      await until(() => started.calls.includes('settle'));
      await started.handle.signal('retryRollback');
      expect(await started.result()).toMatchObject({ outcome: 'rolled-back', remains: [] });
      expect(tries).toBe(2);
    });
  }, 60_000);

  it('begins an undo anew at once on retryRollback, though it does not end', async () => {
    let tries = 0;
    const restoreFiles = () => (++tries === 1 ? untilCancelled() : Promise.resolve());
    await withDeployment(
      { overrides: { verify: fails('VerificationFailed'), restoreFiles } },
      async (started) => {
        await until(() => started.calls.includes('restoreFiles'));
        await started.handle.signal('retryRollback');
        expect(await started.result()).toMatchObject({ outcome: 'rolled-back', remains: [] });
        expect(tries).toBe(2);
      },
    );
  }, 60_000);

  it('ends as rollback-failed on giveUp and says what remains', async () => {
    const restoreFiles = fails('RemoteCommandFailed');
    await withDeployment(
      { overrides: { verify: fails('VerificationFailed'), restoreFiles } },
      async (started) => {
        await until(() => started.calls.includes('restoreFiles'));
        await started.handle.signal('giveUp');
        expect(await started.result()).toMatchObject({
          outcome: 'rollback-failed',
          // Given up in the middle of an attempt it has no answer yet.
          remains: [expect.stringMatching(/^restore files: ./) as string],
        });
      },
    );
  }, 60_000);

  it.each(['upload', 'verify', 'stop'] as const)(
    'takes an abort during %s, and a second one changes nothing',
    async (step) => {
      await withDeployment({ overrides: { [step]: untilCancelled } }, async (started) => {
        await until(() => started.calls.includes(step));
        await started.handle.signal('abort', { reason: 'wrong branch', by: 'kim@laptop' });
        await started.handle.signal('abort', 'again');
        const result = await started.result();
        expect(result).toMatchObject({
          outcome: 'aborted',
          cause: 'aborted by someone who says they are kim@laptop: wrong branch',
        });
        const after = started.calls.slice(started.calls.indexOf(step) + 1);
        // From the stop on the host goes by itself: it may have come as far as the start.
        expect(after).toEqual(step === 'upload' ? ['unstage'] : wayBack);
      });
    },
    60_000,
  );

  it('is aborted, too, where the step fails in the moment of the abort', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const inspect = async () => {
      await held;
      throw ApplicationFailure.retryable('no connection', 'HostUnreachable');
    };
    await withDeployment({ overrides: { inspect } }, async (started) => {
      await until(() => started.calls.includes('inspect'));
      await started.handle.signal('abort', { reason: 'wrong branch', by: 'kim@laptop' });
      await until(async () => {
        const { events = [] } = await started.handle.fetchHistory();
        return (events ?? []).some((event) => event.activityTaskCancelRequestedEventAttributes);
      });
      release();
      expect(await started.result()).toMatchObject({
        outcome: 'aborted',
        cause: 'aborted by someone who says they are kim@laptop: wrong branch',
      });
    });
  }, 60_000);

  it('takes the same way back on native cancellation', async () => {
    await withDeployment({ overrides: { verify: untilCancelled } }, async (started) => {
      await until(() => started.calls.includes('verify'));
      await started.handle.cancel();
      expect(await started.result()).toMatchObject({ outcome: 'aborted', cause: 'cancelled in Temporal' });
      expect(started.calls.slice(started.calls.indexOf('verify') + 1)).toEqual(wayBack);
    });
  }, 60_000);

  it('notes an abort that comes during the rollback, and the first cause wins', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const overrides = { verify: fails('VerificationFailed'), stopNew: () => held };
    await withDeployment({ overrides }, async (started) => {
      await until(() => started.calls.includes('stopNew'));
      await started.handle.signal('abort', 'too late');
      release();
      expect(await started.result()).toMatchObject({
        outcome: 'rolled-back',
        cause: 'verify: it answered 500',
      });
    });
  }, 60_000);
});

describe("the dead man's switch", () => {
  const input = deployInput({ deadmanSeconds: 120 });
  const recovered = {
    at: 1_795_500_000,
    by: "the dead man's switch",
    why: 'it had not heard of this deployment for 120 s',
  };
  const acted = `the dead man's switch on web1 put the old version back at 2026-11-24T06:00:00Z because it had not heard of this deployment for 120 s`;

  it('is armed before the first step that could harm', async () => {
    await withDeployment({ input }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'succeeded' });
      const armed = [...changeSteps.slice(0, 3), 'arm', ...changeSteps.slice(3)];
      expect(calls).toEqual([...lookSteps, ...armed]);
    });
  }, 60_000);

  it('changes nothing where it cannot be armed', async () => {
    await withDeployment(
      { input, overrides: { arm: fails('RemoteCommandFailed') } },
      async ({ calls, result }) => {
        expect(await result()).toMatchObject({ outcome: 'failed', downtimeSeconds: 0 });
        expect(calls.slice(calls.indexOf('arm') + 1)).toEqual(['takeBack', 'unstage', 'settle']);
      },
    );
  }, 60_000);

  it('acted: the deployment takes its way back and says who did and why', async () => {
    const overrides = {
      verify: fails('Fenced'),
      takeBack: () => Promise.resolve({ number: 3, recovered }),
    };
    await withDeployment({ input, overrides }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({
        outcome: 'rolled-back',
        cause: acted,
        remains: [],
        downtimeSeconds: 0,
      });
      expect(calls.slice(calls.indexOf('verify') + 1)).toEqual(wayBack);
    });
  }, 60_000);

  it('acted before the deployment found fault with what it saw: both are said, in this order', async () => {
    const overrides = {
      verify: fails('VerificationFailed'),
      takeBack: () => Promise.resolve({ number: 3, recovered: { ...recovered, at: 1_700_000_000 } }),
    };
    await withDeployment({ input, overrides }, async ({ result }) => {
      const { cause } = await result();
      expect(cause).toMatch(
        /^the dead man's switch on web1 .* for 120 s; after that: verify: it answered 500$/,
      );
    });
  }, 60_000);

  it('acted during the way back: that goes on under another number', async () => {
    const numbers: number[] = [];
    const overrides = {
      verify: fails('VerificationFailed'),
      takeBack: () =>
        Promise.resolve(
          numbers.length === 0 ? { number: 2 } : { number: 4, recovered: { ...recovered, at: 4e9 } },
        ),
      restoreFiles: ({ number }: { number: number }) => {
        numbers.push(number);
        return number === 4
          ? Promise.resolve()
          : Promise.reject(ApplicationFailure.nonRetryable('number 3 was drawn', 'Fenced'));
      },
    };
    await withDeployment({ input, overrides }, async ({ calls, result }) => {
      const { outcome, cause, remains } = await result();
      expect({ outcome, remains }).toEqual({ outcome: 'rolled-back', remains: [] });
      expect(cause).toMatch(
        /^verify: it answered 500; then the dead man's switch on web1 put the old version back/,
      );
      expect(numbers).toEqual([2, 4]);
      expect(calls.filter((name) => name === 'stopNew')).toHaveLength(1);
    });
  }, 60_000);

  it('acted before the way back was recorded: that is taken once more, as the host may not have come to an end', async () => {
    let draws = 0;
    const overrides = {
      verify: fails('VerificationFailed'),
      takeBack: () => Promise.resolve({ number: 2 * ++draws }),
      settle: ({ number }: { number: number }) =>
        number === 2
          ? Promise.reject(ApplicationFailure.nonRetryable('number 3 was drawn', 'Fenced'))
          : Promise.resolve({}),
    };
    await withDeployment({ input, overrides }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'rolled-back', remains: [] });
      expect(calls.slice(calls.indexOf('verify') + 1)).toEqual([...wayBack, 'takeBack', ...wayBack]);
    });
  }, 60_000);

  it('tells who holds the address where the way back is given up', async () => {
    const overrides = {
      verify: fails('VerificationFailed'),
      startOld: fails('Fenced'),
      settle: () =>
        Promise.resolve({ held: 'port 9999 is held by pid 7: node zz.js (child of node, in zz.service)' }),
    };
    await withDeployment({ input, overrides }, async ({ result }) => {
      const { outcome, remains } = await result();
      expect(outcome).toBe('rollback-failed');
      expect(remains.at(-1)).toContain('in zz.service');
    });
  }, 60_000);

  it('has nothing to do with it where another deployment took over after the way back: what is there is left', async () => {
    const refuse = () =>
      Promise.reject(ApplicationFailure.nonRetryable('number 3 was drawn by another', 'Fenced'));
    let draws = 0;
    const overrides = {
      verify: fails('VerificationFailed'),
      takeBack: () => (++draws === 1 ? Promise.resolve({ number: 2 }) : refuse()),
      settle: refuse,
    };
    await withDeployment({ input, overrides }, async ({ calls, result }) => {
      const { outcome, remains } = await result();
      expect(outcome).toBe('rolled-back');
      expect(remains).toEqual([expect.stringContaining('settle: number 3 was drawn by another')]);
      expect(calls.slice(calls.indexOf('verify') + 1)).toEqual([...wayBack, 'takeBack']);
    });
  }, 60_000);

  it('is disarmed before an operator is asked', async () => {
    const overrides = { verify: fails('VerificationFailed'), restoreFiles: fails('RemoteCommandFailed') };
    await withDeployment({ input, overrides }, async (started) => {
      await until(() => started.calls.includes('disarm'));
      expect(started.calls.slice(-2)).toEqual(['restoreFiles', 'disarm']);
      await started.handle.signal('giveUp');
      expect(await started.result()).toMatchObject({ outcome: 'rollback-failed' });
    });
  }, 60_000);
});

describe('approval', () => {
  const waiting = { input: deployInput({ approval: 'required' }) };
  const shown = async ({ handle }: Started) =>
    until(async () => (await handle.query<Plan | null>('plan')) !== null);

  it('approves the plan shown first on a bare signal, looks again, and goes on', async () => {
    await withDeployment(waiting, async (started) => {
      await shown(started);
      await started.handle.signal('approve');
      expect(await started.result()).toMatchObject({ outcome: 'succeeded' });
      expect(started.calls.filter((name) => name === 'inspect')).toHaveLength(2);
    });
  }, 60_000);

  const footing = { since: '1', parts: [`place ${'0'.repeat(64)}`] } as Footing;
  const seen = () => Promise.resolve({ facts: facts(), footing, baseline: [] });

  it('looks once where approval comes at once: the claim proves that nothing changed', async () => {
    const given: unknown[] = [];
    const overrides = {
      inspect: seen,
      claim: (input: unknown) => {
        given.push(input);
        return Promise.resolve({ number: 1 });
      },
    };
    for (const approval of ['required', 'automatic'] as const)
      await withDeployment({ input: deployInput({ approval }), overrides }, async (started) => {
        if (approval === 'required') {
          await shown(started);
          await started.handle.signal('approve');
        }
        expect(await started.result()).toMatchObject({ outcome: 'succeeded' });
        expect(started.calls.filter((name) => name === 'inspect')).toHaveLength(1);
      });
    expect(given).toEqual([expect.objectContaining({ footing }), expect.objectContaining({ footing })]);
  }, 60_000);

  it('looks again where something changed before the claim, and asks anew where the plan is another then', async () => {
    for (const changed of [false, true]) {
      const given: unknown[] = [];
      let plans = 0;
      const overrides: Partial<Activities> = {
        inspect: seen,
        plan: () => Promise.resolve(plan(changed && ++plans === 2 ? { digest: 'c0ffee00'.repeat(8) } : {})),
        claim: (input) => {
          given.push(input.footing);
          return Promise.resolve(given.length === 1 ? { changed: 'who listens' } : { number: 1 });
        },
      };
      await withDeployment({ ...waiting, overrides }, async (started) => {
        await shown(started);
        await started.handle.signal('approve');
        if (changed) {
          await until(async () => (await started.handle.query<Plan>('plan')).digest.startsWith('c0ffee00'));
          // A bare word is for the plan shown first.
          await started.handle.signal('approve');
          await started.handle.signal('approve', { plan: 'c0ffee00c0ff', by: 'kim' });
        }
        expect(await started.result()).toMatchObject({ outcome: 'succeeded' });
        expect(started.calls.filter((name) => name === 'inspect')).toHaveLength(2);
        expect(given).toEqual([footing, changed ? footing : undefined]);
      });
    }
  }, 60_000);

  it('takes no approval before the plan, none of another digest, none too short', async () => {
    await withDeployment(waiting, async (started) => {
      await started.handle.signal('approve');
      await shown(started);
      await started.handle.signal('approve', { plan: 'deadbeef', by: 'kim' });
      await started.handle.signal('approve', '1f0c');
      await started.handle.signal('approve', 42);
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(started.calls).not.toContain('claim');
      await started.handle.signal('approve', { plan: '1f0c9a2b1f0c', by: 'kim' });
      expect(await started.result()).toMatchObject({ outcome: 'succeeded' });
    });
  }, 60_000);

  it('voids the approval where facts changed the plan, and then wants its digest', async () => {
    let plans = 0;
    const second = 'beefcafe'.repeat(8);
    const overrides = { plan: () => Promise.resolve(plan(++plans === 1 ? {} : { digest: second })) };
    await withDeployment({ ...waiting, overrides }, async (started) => {
      await shown(started);
      await started.handle.signal('approve');
      await until(async () => (await started.handle.query<Plan | null>('plan'))?.digest === second);
      await started.handle.signal('approve');
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(started.calls).not.toContain('claim');
      await started.handle.signal('approve', 'beefcafe');
      expect(await started.result()).toMatchObject({ outcome: 'succeeded' });
    });
  }, 60_000);

  it('is aborted when the deadline goes by', async () => {
    const input = { ...waiting.input, approvalDeadlineSeconds: 1 };
    await withDeployment({ input }, async ({ calls, result }) => {
      expect(await result()).toMatchObject({ outcome: 'aborted' });
      expect(calls).toEqual([...lookSteps, 'unstage']);
    });
  }, 60_000);
});
