import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import type { Activities } from '../../src/domain/runbook/activities.js';
import {
  noticeEvents,
  type Channel,
  type NotifyInput,
  type TryChannelsResult,
} from '../../src/domain/app/channels.js';
import { reduce } from '../../src/history/reduce.js';
import type { DeploymentView } from '../../src/history/view.js';
import { deployInput, plan } from './fakes.js';
import { withDeployment, withWorker, type Started } from './harness.js';
import { until } from '../until.js';

const channel = (name: string, on: Channel['on'] = noticeEvents): Channel => ({
  name,
  on,
  to: { kind: 'webhook', url: { plain: `https://${name}.example.test/` } },
});

/** Activities that keep what is told; `ill` breaks one channel. */
function told(ill: (input: NotifyInput) => Promise<void> = () => Promise.resolve()) {
  const notices: string[] = [];
  const notify: Activities['notify'] = (input) => {
    const { channel: to, notice } = input;
    notices.push(`${to.name} ${notice.event}: ${notice.title}`);
    return to.name === 'ill' ? ill(input) : Promise.resolve();
  };
  return { notices, notify };
}

async function viewOf({ handle }: Started): Promise<DeploymentView> {
  const { events } = await handle.fetchHistory();
  const { payloadConverter } = handle.client.options.loadedDataConverter;
  return reduce(events ?? [], {
    decode: (payload) => payloadConverter.fromPayload(payload),
  });
}

const failing = () =>
  Promise.reject(ApplicationFailure.nonRetryable('it answered 500', 'VerificationFailed'));
const where = 'words on web1 (production)';

describe('people are told', () => {
  it('of the plan that waits, with the command that approves it, and of the outcome; each channel what it asked for', async () => {
    const { notices, notify } = told();
    const commands: (string | undefined)[] = [];
    const input = deployInput({
      approval: 'required',
      notify: [channel('all'), channel('ends', ['outcome']), channel('alerts', ['alert'])],
    });
    const overrides: Partial<Activities> = {
      notify: (one) => {
        commands.push(one.notice.command);
        return notify(one);
      },
    };
    await withDeployment({ input, overrides }, async (started) => {
      await until(() => notices.length === 1);
      expect(notices).toEqual([`all approval: ${where}: a plan waits for approval`]);
      expect(commands).toEqual(['belay approve words/production/web1 --plan 1f0c9a2b1f0c']);
      // What was told is beside the runbook.
      await until(async () => (await viewOf(started)).state === 'awaiting-approval');
      await started.handle.signal('approve', { plan: plan().digest, by: 'kim' });
      expect((await started.result()).outcome).toBe('succeeded');
      expect(notices.slice(1).sort()).toEqual([
        `all outcome: ${where}: deploy succeeded`,
        `ends outcome: ${where}: deploy succeeded`,
      ]);
      const view = await viewOf(started);
      expect(view.steps.map(({ name }) => name)).not.toContain('notify');
      expect(view.untold).toEqual([]);
    });
  }, 60_000);

  it('of no plan that is approved at once', async () => {
    const { notices, notify } = told();
    const input = deployInput({ approval: 'required', notify: [channel('all', ['approval'])] });
    await withDeployment({ input, overrides: { notify } }, async (started) => {
      await until(async () => (await viewOf(started)).state === 'awaiting-approval');
      await started.handle.signal('approve', { plan: plan().digest, by: 'kim' });
      expect((await started.result()).outcome).toBe('succeeded');
      // On a machine that is slow enough it was not at once.
      const { events } = await started.handle.fetchHistory();
      const late = events?.some((event) => event.timerFiredEventAttributes) === true;
      expect(notices).toHaveLength(late ? 1 : 0);
    });
  }, 60_000);

  it('of the way back when it begins, and how it ended', async () => {
    const { notices, notify } = told();
    const input = deployInput({ notify: [channel('all')] });
    await withDeployment({ input, overrides: { notify, verify: failing } }, async ({ result }) => {
      expect((await result()).outcome).toBe('rolled-back');
      expect(notices).toEqual([
        `all rollback: ${where}: deploy goes back`,
        `all outcome: ${where}: deploy rolled-back`,
      ]);
    });
  }, 60_000);

  it('that a rollback is incomplete and waits for them', async () => {
    const { notices, notify } = told();
    const input = deployInput({ notify: [channel('all', ['rollback'])] });
    let broken = true;
    const restoreFiles = () =>
      broken ? Promise.reject(ApplicationFailure.nonRetryable('no room', 'Fenced-not')) : Promise.resolve();
    await withDeployment({ input, overrides: { notify, verify: failing, restoreFiles } }, async (started) => {
      await until(() => notices.length === 2);
      expect(notices[1]).toBe(`all rollback: ${where}: the rollback is incomplete and waits for you`);
      broken = false;
      await started.handle.signal('retryRollback');
      expect((await started.result()).outcome).toBe('rolled-back');
    });
  }, 60_000);

  it('by a planning of nothing: it waits for nobody', async () => {
    const { notices, notify } = told();
    const input = deployInput({ notify: [channel('all')] });
    await withDeployment({ type: 'plan', input, overrides: { notify } }, async ({ handle }) => {
      await handle.result();
      expect(notices).toEqual([]);
    });
  }, 60_000);
});

describe('a channel that', () => {
  it('fails is tried three times, named with its reason, and changes nothing', async () => {
    const { notices, notify } = told(() => Promise.reject(new Error('ill (webhook): hooks answered 500')));
    const input = deployInput({ notify: [channel('ill', ['outcome']), channel('well', ['outcome'])] });
    await withDeployment({ input, overrides: { notify } }, async (started) => {
      expect((await started.result()).outcome).toBe('succeeded');
      expect(notices.filter((text) => text.startsWith('ill'))).toHaveLength(3);
      expect((await viewOf(started)).untold).toEqual(['ill (webhook): hooks answered 500']);
    });
  }, 60_000);

  it('hangs delays no step', async () => {
    let let_go: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (let_go = resolve));
    const { notify } = told(() => hanging);
    const input = deployInput({ approval: 'required', notify: [channel('ill', ['approval'])] });
    await withDeployment({ input, overrides: { notify } }, async ({ handle, calls, result }) => {
      await until(() => calls.includes('notify'));
      await handle.signal('approve', { plan: plan().digest, by: 'kim' });
      await until(() => calls.includes('settle'));
      let_go();
      expect((await result()).outcome).toBe('succeeded');
    });
  }, 60_000);
});

describe('a test message', () => {
  it('goes to each channel, and what came of each is told', async () => {
    const { notices, notify } = told(() =>
      Promise.reject(ApplicationFailure.nonRetryable('ill (webhook): no variable X', 'Configuration')),
    );
    const input = {
      channels: [channel('well'), channel('ill')],
      app: 'words',
      environment: 'production',
      host: 'web1',
      startedBy: 'kim@laptop',
    };
    await withWorker({ notify }, async ({ client, queue }) => {
      const results = (await client.workflow.execute('notify', {
        taskQueue: queue,
        workflowId: `belay-notify/${queue}`,
        args: [input],
      })) as TryChannelsResult;
      expect(results).toEqual([
        { channel: 'well', kind: 'webhook', why: null },
        { channel: 'ill', kind: 'webhook', why: 'ill (webhook): no variable X' },
      ]);
      expect(notices).toHaveLength(2);
    });
  }, 60_000);
});
