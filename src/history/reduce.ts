import { blocking } from '../domain/findings/finding.js';
import { workflowTypes } from '../domain/runbook/messages.js';
import type { OutcomeKind } from '../domain/runbook/outcome.js';
import type { Plan } from '../domain/plan/plan.js';
import { causeOf } from './cause.js';
import { closeOf, type Closed } from './close.js';
import {
  failureText,
  firstValue,
  millis,
  toNumber,
  type Decode,
  type HistoryEvent,
  type PendingActivity,
} from './events.js';
import { isAborted, MessageLog } from './messages.js';
import { sealedRun } from './seal.js';
import { asPlan, asResult, fields, text } from './shape.js';
import { StepLog } from './steps.js';
import type { DeploymentState, DeploymentStep, DeploymentView } from './view.js';

export interface ReduceOptions {
  /** Turns a payload into its value: the payload converter of the client that read the history. */
  decode: Decode;
  /** Activities that are not over, as DescribeWorkflowExecution lists them. */
  pending?: readonly PendingActivity[];
  /** The clock for what goes on, milliseconds since the epoch. */
  now?: number;
}

/** What was gathered on the way through the events. */
interface Gathered {
  started: Pick<DeploymentView, 'id' | 'runId' | 'type' | 'startedAt' | 'startedBy'> & { input: unknown };
  plan: Plan | null;
  plannedAt: number | null;
  closed: Closed | null;
  /** Whether the workflow has dealt with everything that happened, so that it waits for somebody. */
  idle: boolean;
  /** Why the worker that got the workflow last could not go on with it. */
  held: string | null;
}

/**
 * A deployment as far as its history tells: pure, for whole histories and for the beginning of one. Events that it does
 * not know, and values of another shape, are passed over.
 * @param events temporal.api.history.v1.HistoryEvent, in order
 */
export function reduce(events: readonly HistoryEvent[], options: ReduceOptions): DeploymentView {
  const { decode, pending = [], now = Date.now() } = options;
  const steps = new StepLog(decode);
  const messages = new MessageLog(decode, sealedRun(events, decode));
  const seen: Gathered = {
    started: nobody,
    plan: null,
    plannedAt: null,
    closed: null,
    idle: false,
    held: null,
  };
  let toShow: Plan | null = null;

  for (const event of events) {
    const begun = event.workflowExecutionStartedEventAttributes;
    if (begun) seen.started = startOf(event, begun, decode);
    // A plan is the workflow's own from the task on that delivers it: signals that came before it are judged without.
    if (event.workflowTaskStartedEventAttributes && toShow !== null) {
      messages.show(toShow);
      toShow = null;
    }
    messages.add(event, tooLateToAbort(steps.steps), waitsForOperator(steps.steps));
    const over = steps.add(event);
    if (over?.ended.name === 'plan' && over.ended.status === 'done') {
      const plan = asPlan(over.returned) ?? seen.plan;
      if (plan?.digest !== seen.plan?.digest) seen.plannedAt = over.ended.endedAt;
      seen.plan = plan;
      if (waitsForApproval(seen)) toShow = seen.plan;
    }
    seen.closed = closeOf(event, decode) ?? seen.closed;
    seen.held = heldBy(event, seen.held);
    if (event.workflowTaskCompletedEventAttributes) seen.idle = true;
    else if (over) seen.idle = false;
  }
  steps.addPending(pending);
  steps.finish(now, seen.closed?.at ?? null);
  return { ...view(seen, steps.steps, messages), untold: steps.untold() };
}

function view(
  seen: Gathered,
  steps: DeploymentStep[],
  { messages, approved }: MessageLog,
): Omit<DeploymentView, 'untold'> {
  const { started, plan, plannedAt, closed } = seen;
  const { input, ...identity } = started;
  const app = fields(fields(input)['app']);
  const result = asResult(closed?.returned);
  const outcome = result?.outcome ?? (identity.type === 'plan' ? planOutcome(seen) : null);
  const known = {
    ...identity,
    steps,
    messages,
    result,
    outcome,
    plan,
    plannedAt,
    ended: closed?.how ?? null,
  };
  return {
    ...known,
    app: text(app['name']) ?? '',
    environment: text(app['environment']) ?? '',
    host: text(fields(fields(input)['reach'])['alias']) ?? '',
    release: plan?.release ?? text(fields(input)['release']) ?? text(fields(input)['to']) ?? null,
    endedAt: closed?.at ?? null,
    held: closed === null ? seen.held : null,
    state: stateOf(seen, steps, approved !== null || isAborted(messages)),
    findings: result?.findings ?? plan?.findings ?? [],
    cause: causeOf({ ...known, closed }),
  };
}

function stateOf(seen: Gathered, steps: DeploymentStep[], decided: boolean): DeploymentState {
  if (seen.closed !== null) return 'closed';
  const open = steps.some((step) => step.endedAt === null);
  if (!open && seen.idle && waitsForOperator(steps)) return 'awaiting-operator';
  if (steps.some((step) => step.kind === 'undo' && step.name !== 'unstage')) return 'rolling-back';
  const planned = steps.at(-1)?.name === 'plan' && !open && seen.idle;
  return planned && waitsForApproval(seen) && !decided ? 'awaiting-approval' : 'running';
}

/**
 * WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE and _NON_DETERMINISTIC_ERROR of temporal.api.enums.v1; the others
 * are Temporal's own, and over with the next task. Only the first of several failures in a row is in a history.
 */
const workersOwn = [14, 24];

function heldBy(event: HistoryEvent, before: string | null): string | null {
  const failed = event.workflowTaskFailedEventAttributes;
  if (failed && workersOwn.includes(toNumber(failed.cause))) return failureText(failed.failure).message;
  return event.workflowTaskCompletedEventAttributes ? null : before;
}

/** Whether the latest plan is one that a person must approve. */
function waitsForApproval({ plan, started }: Gathered): boolean {
  const asks: string[] = [workflowTypes.deploy, workflowTypes.eject];
  if (plan === null || !asks.includes(started.type)) return false;
  const { approval } = fields(fields(started.input)['app']);
  return approval !== 'automatic' && !plan.unchanged && blocking(plan.findings).length === 0;
}

/** Whether an undo failed for good and was not done since. */
function waitsForOperator(steps: readonly DeploymentStep[]): boolean {
  const last = new Map(steps.filter((step) => step.kind === 'undo').map((step) => [step.name, step.status]));
  return [...last.values()].includes('failed');
}

function tooLateToAbort(steps: readonly DeploymentStep[]): string | null {
  if (steps.some((step) => step.name === 'commit')) return 'the release was being committed already';
  const turned = steps.some(
    (step) => step.kind === 'undo' || (step.kind !== 'look' && step.status === 'failed'),
  );
  return turned ? 'the way back was being taken already' : null;
}

/** `plan` returns no outcome of its own: its plan says what a deployment would come to. */
function planOutcome({ plan, closed }: Gathered): OutcomeKind | null {
  if (closed === null) return null;
  if (closed.how !== 'returned') return closed.how === 'failed' ? 'failed' : null;
  if (plan === null) return 'failed';
  return blocking(plan.findings).length > 0 ? 'refused' : plan.unchanged ? 'unchanged' : 'succeeded';
}

const nobody: Gathered['started'] = {
  id: '',
  runId: '',
  type: 'deploy',
  startedAt: 0,
  startedBy: '',
  input: undefined,
};

/** `inspect` is the history of no app. */
const types = [
  workflowTypes.deploy,
  workflowTypes.plan,
  workflowTypes.rollback,
  workflowTypes.eject,
  workflowTypes.recover,
] as const;

function startOf(
  event: HistoryEvent,
  begun: NonNullable<HistoryEvent['workflowExecutionStartedEventAttributes']>,
  decode: Decode,
): Gathered['started'] {
  const input = firstValue(begun.input, decode);
  const name = text(begun.workflowType?.name) ?? '';
  return {
    id: text(begun.workflowId) ?? '',
    runId: text(begun.originalExecutionRunId) ?? '',
    type: types.find((type) => type === name) ?? 'deploy',
    startedAt: millis(event.eventTime),
    startedBy: text(fields(input)['startedBy']) ?? text(begun.identity) ?? '',
    input,
  };
}
