import proto from '@temporalio/proto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/domain/findings/finding.js';
import type { HistoryEvent } from '../../src/history/events.js';
import { reduce } from '../../src/history/reduce.js';
import { zh } from '../../src/history/catalogue/zh.js';
import { reportHtml } from '../../src/history/report/html.js';
import { reportMarkdown } from '../../src/history/report/markdown.js';
import { deployInput, plan } from '../workflows/fakes.js';
import { begun, decode, HistoryBuilder } from './builder.js';

const look = ['inspect', 'checkSource', 'compare', 'upload', 'checkStaged'];
const change = ['claim', 'backUp', 'rehearse', 'quiesce', 'stop', 'activate', 'start'];
const digest = plan().digest;

const planned = (planResult = plan()) => {
  const history = new HistoryBuilder().steps(...look);
  history.begin('plan', 'plan').done(planResult);
  return history;
};
const result = {
  outcome: 'succeeded',
  serving: 'r',
  previous: null,
  port: 9999,
  findings: [],
  downtimeSeconds: 1.5,
  remains: [],
};

const { WorkflowTaskFailedCause } = proto.temporal.api.enums.v1;

describe('reduce', () => {
  it('knows who deploys what, from the first event on', () => {
    const view = new HistoryBuilder().view();
    expect(view).toMatchObject({
      id: 'belay/words/production/web1',
      runId: 'run-1',
      type: 'deploy',
      app: 'words',
      environment: 'production',
      host: 'web1',
      release: '20261124T101500Z-aaaaaaaa',
      startedBy: 'kim@laptop',
      startedAt: begun + 1000,
      state: 'running',
      outcome: null,
      steps: [],
    });
  });

  it('waits for approval once the plan is there, and not any more once it counts', () => {
    const history = planned();
    expect(history.view()).toMatchObject({ state: 'awaiting-approval', plan: { digest } });
    history.signal('approve', { plan: digest.slice(0, 12), by: 'ann@desk' });
    expect(history.view()).toMatchObject({
      state: 'running',
      messages: [{ kind: 'approve', by: 'ann@desk', counted: true, plan: digest }],
    });
  });

  it('does not wait where approval is automatic, where the plan is blocked, or where nothing would change', () => {
    const finding: Finding = {
      id: 'port.unknown',
      severity: 'block',
      host: 'web1',
      message: 'm',
      evidence: 'e',
      remedy: 'r',
    };
    expect(planned(plan({ findings: [finding] })).view().state).toBe('running');
    expect(planned(plan({ unchanged: true })).view().state).toBe('running');
    const automatic = new HistoryBuilder('deploy', deployInput());
    automatic.begin('plan').done(plan());
    expect(automatic.view().state).toBe('running');
  });

  it('tells approvals that changed nothing, and why', () => {
    const early = new HistoryBuilder().signal('approve', 'whatever');
    early.begin('plan').done(plan());
    early.signal('approve', { plan: 'ffffffff', by: 'ann@desk' });
    early.signal('approve', { plan: '1f0', by: 'ann@desk' });
    const { messages, state } = early.view();
    expect(state).toBe('awaiting-approval');
    expect(messages.map(({ counted, note, by }) => [counted, note, by])).toEqual([
      [false, 'there is no plan yet', 'web@ui'],
      [false, 'it names ffffffff, the plan is 1f0c9a2b1f0c', 'ann@desk'],
      [false, 'it names 1f0, the plan is 1f0c9a2b1f0c', 'ann@desk'],
    ]);
  });

  it('takes a bare click as approval of the plan shown first, and voids it where the plan changed', () => {
    const history = planned().signal('approve');
    expect(history.view()).toMatchObject({ state: 'running', messages: [{ counted: true, plan: digest }] });
    const second = plan({ digest: 'ab'.repeat(32) });
    history.steps('inspect', 'compare').begin('plan').done(second);
    history.signal('approve');
    expect(history.view()).toMatchObject({
      state: 'awaiting-approval',
      plan: { digest: second.digest },
      messages: [
        { counted: false, note: 'void: the plan changed afterwards' },
        { counted: false, note: 'the plan changed: name its digest, abababababab' },
      ],
    });
    history.signal('approve', 'abababab');
    expect(history.view().state).toBe('running');
  });

  it('tells how long each step took, its summary and its attempts', () => {
    const history = new HistoryBuilder();
    history.begin('upload', 'upload 5 of 214 files, 31 kB').done({ files: 5 }, 3);
    expect(history.view().steps).toMatchObject([
      {
        name: 'upload',
        label: 'upload',
        summary: 'upload 5 of 214 files, 31 kB',
        status: 'done',
        attempts: 3,
        durationSeconds: 2,
        undone: false,
      },
    ]);
  });

  it('keeps two runs of one step apart', () => {
    const history = planned().signal('approve').steps('inspect');
    expect(history.view().steps.filter(({ name }) => name === 'inspect')).toHaveLength(2);
  });

  it('shows how far a pending step is, why it is tried again, and when', () => {
    const history = new HistoryBuilder();
    history.begin('upload');
    const activityId = history.events.at(-1)?.activityTaskScheduledEventAttributes?.activityId ?? '';
    const heartbeat = new HistoryBuilder('deploy', { done: 3, total: 7, unit: 'bytes' }).events[0];
    const heartbeatDetails = heartbeat?.workflowExecutionStartedEventAttributes?.input;
    const lastFailure = { message: 'connection reset', applicationFailureInfo: { type: 'ConnectionLost' } };
    expect(history.view().steps).toMatchObject([{ status: 'waiting', attempts: 0 }]);
    const running = history.view({
      pending: [{ activityId, state: 2, attempt: 2, lastFailure, heartbeatDetails }],
    });
    expect(running.steps).toMatchObject([
      {
        status: 'running',
        attempts: 2,
        progress: { done: 3, total: 7, unit: 'bytes' },
        lastFailure: { type: 'ConnectionLost' },
      },
    ]);
    const next = { seconds: begun / 1000 + 60 } as never;
    const waits = { activityId, state: 1, attempt: 3, lastFailure, nextAttemptScheduleTime: next };
    expect(history.view({ pending: [waits] }).steps).toMatchObject([
      {
        status: 'retrying',
        attempts: 2,
        nextAttemptAt: begun + 60_000,
        lastFailure: { message: 'connection reset' },
      },
    ]);
  });

  it('rolls back after a failure, marks what was undone, and keeps the first cause', () => {
    const history = planned()
      .signal('approve')
      .steps(...change);
    history.begin('verify').failed('it answered 500', 'VerificationFailed');
    history.steps('takeBack');
    history.signal('abort', { reason: 'too late', by: 'ann@desk' });
    expect(history.view()).toMatchObject({
      state: 'rolling-back',
      cause: 'verify: it answered 500',
      messages: [{}, { kind: 'abort', counted: false, note: 'the way back was being taken already' }],
    });
    history.steps('stopNew', 'restoreFiles', 'restoreTopology', 'startOld', 'verifyOld', 'unstage', 'settle');
    history.returns({ ...result, outcome: 'rolled-back', cause: 'verify: it answered 500' });
    const view = history.view();
    expect(view).toMatchObject({
      state: 'closed',
      outcome: 'rolled-back',
      ended: 'returned',
      result: { port: 9999 },
    });
    expect(view.steps.filter(({ undone }) => undone).map(({ name }) => name)).toEqual([
      'upload',
      'quiesce',
      'stop',
      'activate',
      'start',
    ]);
    expect(view.steps.find(({ name }) => name === 'stopNew')?.undid).toEqual(['start']);
  });

  it('says that an abort is why, while the way back is being taken', () => {
    const history = planned().signal('approve').steps('claim');
    const backUp = history.begin('backUp');
    history.signal('abort', { reason: 'wrong branch', by: 'ann@desk' });
    backUp.cancelled();
    history.begin('takeBack');
    expect(history.view()).toMatchObject({
      state: 'rolling-back',
      cause: 'aborted by someone who says they are ann@desk: wrong branch',
    });
  });

  it('waits for an operator where an undo failed for good, until it is retried', () => {
    const history = planned()
      .signal('approve')
      .steps(...change);
    history.begin('verify').failed('it answered 500', 'VerificationFailed');
    history.steps('takeBack', 'stopNew');
    history.begin('restoreFiles').failed('disk full', 'RemoteCommandFailed', 200);
    expect(history.view().state).toBe('awaiting-operator');
    history.signal('retryRollback', { by: 'ann@desk' });
    const again = history.begin('restoreFiles');
    expect(history.view()).toMatchObject({
      state: 'rolling-back',
      messages: [{}, { kind: 'retry-rollback', counted: true }],
    });
    again.done();
    history.begin('startOld');
    expect(history.view().state).toBe('rolling-back');
  });

  it('says why no worker can go on with it, until one has', () => {
    const history = planned();
    const failure = { message: 'a payload is encrypted with the key 2026' };
    const cause = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE;
    history.add({ workflowTaskFailedEventAttributes: { cause, failure } });
    expect(history.view().held).toBe(failure.message);
    expect(history.task().view().held).toBeNull();
  });

  it('takes a step that never began for none that failed: it can still be aborted', () => {
    const history = planned().signal('approve').steps('claim', 'backUp');
    history.begin('rehearse').failed('the worker lacks a key', 'KeyMissing', 20);
    history.begin('rehearse');
    history.signal('abort');
    const { steps, messages } = history.view();
    expect(steps.slice(-2).map(({ status }) => status)).toEqual(['cancelled', 'waiting']);
    expect(messages.at(-1)).toMatchObject({ kind: 'abort', counted: true });
  });

  it('says so where Temporal ended the run by itself', () => {
    const history = planned()
      .signal('approve')
      .steps(...change);
    history.begin('verify');
    history.add({
      workflowExecutionTerminatedEventAttributes: { reason: 'tidying up', identity: 'ann@desk' },
    });
    const view = history.view();
    expect(view).toMatchObject({
      state: 'closed',
      outcome: null,
      ended: 'terminated',
      cause: 'terminated in Temporal by ann@desk: tidying up; nothing was rolled back',
    });
    expect(view.steps.at(-1)).toMatchObject({ name: 'verify', status: 'cancelled' });
  });

  it('reads timeouts and failures within failures', () => {
    const history = new HistoryBuilder();
    history.begin('inspect').timedOut();
    history.add({
      workflowExecutionFailedEventAttributes: {
        failure: {
          message: 'Activity task failed',
          activityFailureInfo: {},
          cause: {
            message: 'host web1 cannot be reached',
            applicationFailureInfo: { type: 'HostUnreachable' },
          },
        },
      },
    });
    expect(history.view()).toMatchObject({
      ended: 'failed',
      cause: 'host web1 cannot be reached',
      steps: [{ status: 'failed', lastFailure: { type: 'Timeout', message: 'activity Heartbeat timeout' } }],
    });
  });

  it('tells by its plan what a planning comes to', () => {
    const finding: Finding = {
      id: 'port.unknown',
      severity: 'block',
      host: 'web1',
      message: 'no port',
      evidence: '',
      remedy: '',
    };
    const blocked = new HistoryBuilder('plan', deployInput());
    blocked.begin('plan').done(plan({ findings: [finding] }));
    expect(blocked.returns(plan({ findings: [finding] })).view()).toMatchObject({
      type: 'plan',
      outcome: 'refused',
      cause: 'no port',
    });
    const clean = new HistoryBuilder('plan', deployInput());
    clean.begin('plan').done(plan());
    expect(clean.returns(plan()).view()).toMatchObject({ outcome: 'succeeded', cause: null });
  });

  it('never throws, whatever the events hold', () => {
    const odd: fc.Arbitrary<unknown> = fc.anything({ maxDepth: 3 });
    const real = fc.constantFrom<unknown>(plan(), { ...plan(), actions: [null] }, result, deployInput(), {
      plan: digest,
    });
    const values = fc.record({ payloads: fc.array(fc.oneof(real, odd), { maxLength: 2 }) });
    const names = [
      'inspect',
      'plan',
      'start',
      'stopNew',
      'restoreFiles',
      'commit',
      'toString',
      '__proto__',
      '',
    ];
    const attributes = fc.record(
      {
        activityType: fc.oneof(odd, fc.record({ name: fc.constantFrom(...names) })),
        activityId: odd,
        scheduledEventId: fc.oneof(fc.nat(20), odd),
        attempt: odd,
        lastFailure: odd,
        failure: odd,
        result: fc.oneof(odd, values),
        input: fc.oneof(odd, values),
        signalName: fc.oneof(fc.constantFrom('approve', 'abort', 'retryRollback', 'giveUp'), odd),
        identity: odd,
        reason: odd,
        workflowType: odd,
      },
      { requiredKeys: [] },
    );
    const keys = [
      'workflowExecutionStarted',
      'activityTaskScheduled',
      'activityTaskStarted',
      'activityTaskCompleted',
      'activityTaskFailed',
      'activityTaskTimedOut',
      'activityTaskCanceled',
      'workflowExecutionSignaled',
      'workflowExecutionCancelRequested',
      'workflowTaskStarted',
      'workflowTaskCompleted',
      'workflowExecutionCompleted',
      'workflowExecutionTerminated',
      'workflowExecutionFailed',
    ].map((key) => `${key}EventAttributes`);
    const event = fc
      .tuple(fc.constantFrom(...keys), fc.oneof(attributes, odd), fc.nat(20), odd, odd)
      .map(([key, value, eventId, eventTime, userMetadata]) => ({
        eventId,
        eventTime,
        userMetadata,
        [key]: value,
      }));
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 20 }),
        fc.array(attributes, { maxLength: 3 }),
        (events, pending) => {
          // The payload itself stands for what it holds, so that odd values come through.
          const options = { decode: (payload: unknown) => payload, pending: pending as never };
          const view = reduce(events as unknown as HistoryEvent[], options);
          expect(reportMarkdown(view, null)).toContain('## Timeline');
          expect(reportHtml(view, null, zh)).toContain('<h2>时间线</h2>');
        },
      ),
      { numRuns: 500 },
    );
  }, 30_000);

  it('takes every beginning of a history', () => {
    const history = planned()
      .signal('approve')
      .steps(...change, 'verify', 'commit', 'settle')
      .returns(result);
    for (let length = 0; length <= history.events.length; length += 1) {
      expect(() => reduce(history.events.slice(0, length), { decode })).not.toThrow();
    }
  });
});
