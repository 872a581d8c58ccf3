import { neverBegun } from '../domain/runbook/failure.js';
import { labelOf } from '../domain/runbook/labels.js';
import { isStep, steps as runbook, stepsWhere } from '../domain/runbook/steps.js';
import { failureText, firstValue, idText, millis, toNumber, value } from './events.js';
import type { Decode, HistoryEvent, PendingActivity } from './events.js';
import { asEvidence, asProgress, text } from './shape.js';
import type { DeploymentStep } from './view.js';

/** PENDING_ACTIVITY_STATE_SCHEDULED of temporal.api.enums.v1: it waits, for its first or its next attempt. */
const pendingScheduled = 1;

/** The steps of a history, in the order in which they were scheduled. */
export class StepLog {
  readonly steps: DeploymentStep[] = [];
  /** Messages to people: beside the runbook, and no part of how it stands. */
  private readonly told: DeploymentStep[] = [];
  private readonly byScheduledId = new Map<string, DeploymentStep>();
  private readonly byActivityId = new Map<string, DeploymentStep>();

  constructor(private readonly decode: Decode) {}

  /** Takes an event in; returns the step that it ended, with what the activity returned. */
  add(event: HistoryEvent): { ended: DeploymentStep; returned: unknown } | undefined {
    const at = millis(event.eventTime);
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const name = text(scheduled.activityType?.name) ?? 'unknown';
      const step = newStep(name, at, text(value(event.userMetadata?.summary, this.decode)) ?? '');
      (name === 'notify' ? this.told : this.steps).push(step);
      this.byScheduledId.set(idText(event.eventId), step);
      this.byActivityId.set(idText(scheduled.activityId), step);
      return undefined;
    }
    const started = event.activityTaskStartedEventAttributes;
    if (started) {
      const step = this.byScheduledId.get(idText(started.scheduledEventId));
      if (step === undefined) return undefined;
      step.attempts = toNumber(started.attempt ?? 1);
      if (started.lastFailure) step.lastFailure = failureText(started.lastFailure);
      return undefined;
    }
    return this.close(event, at);
  }

  /** Takes in what Temporal says of activities that are not over: their history has no more than that they began. */
  addPending(pending: readonly PendingActivity[]): void {
    for (const activity of pending) {
      const step = this.byActivityId.get(idText(activity.activityId));
      if (step === undefined || step.endedAt !== null) continue;
      const attempt = toNumber(activity.attempt ?? 1);
      const waits = activity.state === pendingScheduled;
      step.status = !waits ? 'running' : attempt > 1 || activity.lastFailure ? 'retrying' : 'waiting';
      step.attempts = waits ? Math.max(0, attempt - 1) : attempt;
      if (activity.lastFailure) step.lastFailure = failureText(activity.lastFailure);
      const next = millis(activity.nextAttemptScheduleTime);
      step.nextAttemptAt = step.status === 'retrying' && next > 0 ? next : null;
      if (!waits) step.progress = asProgress(firstValue(activity.heartbeatDetails, this.decode));
    }
  }

  /** Sets how long each took, and ends what the run's own end left open. */
  finish(now: number, closedAt: number | null): void {
    for (const step of [...this.steps, ...this.told]) {
      if (step.endedAt === null && closedAt !== null) {
        step.endedAt = closedAt;
        step.status = 'cancelled';
      }
      step.durationSeconds = Math.max(0, ((step.endedAt ?? now) - step.startedAt) / 1000);
    }
  }

  /** Who could not be notified, and why. */
  untold(): string[] {
    const failed = this.told.filter(({ status }) => status === 'failed' || status === 'cancelled');
    const texts = failed.map(({ summary, lastFailure }) => lastFailure?.message ?? `${summary}: not in time`);
    return [...new Set(texts)];
  }

  private close(event: HistoryEvent, at: number) {
    const completed = event.activityTaskCompletedEventAttributes;
    const failed = event.activityTaskFailedEventAttributes;
    const timedOut = event.activityTaskTimedOutEventAttributes;
    const cancelled = event.activityTaskCanceledEventAttributes;
    const attributes = completed ?? failed ?? timedOut ?? cancelled;
    const step = attributes && this.byScheduledId.get(idText(attributes.scheduledEventId));
    if (!step) return undefined;
    step.endedAt = at;
    const failure = failed?.failure ?? timedOut?.failure;
    if (failure) step.lastFailure = failureText(failure);
    // One that never began is taken anew: it has not failed.
    const left = cancelled ?? (failure && neverBegun.includes(failureText(failure).type));
    step.status = completed ? 'done' : left ? 'cancelled' : 'failed';
    if (completed) this.markUndone(step);
    const returned = completed ? firstValue(completed.result, this.decode) : undefined;
    step.evidence = asEvidence(returned);
    return { ended: step, returned };
  }

  private markUndone(undo: DeploymentStep): void {
    const undoes: readonly string[] = stepsWhere((step) => step.undo.some((name) => name === undo.name));
    for (const step of this.steps) {
      if (step.undone || !undoes.includes(step.name) || step.startedAt > undo.startedAt) continue;
      step.undone = true;
      undo.undid.push(step.name);
    }
  }
}

function newStep(name: string, at: number, summary: string): DeploymentStep {
  return {
    name,
    label: labelOf(name),
    kind: isStep(name) ? runbook[name].kind : 'change',
    summary,
    status: 'waiting',
    attempts: 0,
    startedAt: at,
    endedAt: null,
    durationSeconds: 0,
    lastFailure: null,
    nextAttemptAt: null,
    progress: null,
    evidence: [],
    undone: false,
    undid: [],
  };
}
