import { defaultPayloadConverter } from '@temporalio/common';
import type { HistoryEvent, Payload } from '../../src/history/events.js';
import { reduce, type ReduceOptions } from '../../src/history/reduce.js';
import type { DeploymentView } from '../../src/history/view.js';
import { deployInput } from '../workflows/fakes.js';

export const decode = (payload: Payload): unknown => defaultPayloadConverter.fromPayload(payload);
export const begun = Date.UTC(2026, 10, 24, 10, 15, 0);

const payload = (value: unknown) => defaultPayloadConverter.toPayload(value);
const payloads = (value: unknown) => ({ payloads: [payload(value)] });

/** Writes a history as Temporal would, a second an event. */
export class HistoryBuilder {
  readonly events: HistoryEvent[] = [];
  private waited = 0;

  constructor(type = 'deploy', input: unknown = deployInput({ approval: 'required' })) {
    this.add({
      workflowExecutionStartedEventAttributes: {
        workflowType: { name: type },
        workflowId: 'belay/words/production/web1',
        originalExecutionRunId: 'run-1',
        identity: 'belay@1',
        input: payloads(input),
      },
    });
    this.task();
  }

  /** Schedules an activity; returns how it may end. */
  begin(name: string, summary?: string) {
    const id = this.add({
      activityTaskScheduledEventAttributes: {
        activityId: String(this.events.length + 1),
        activityType: { name },
      },
      ...(summary === undefined ? {} : { userMetadata: { summary: payload(summary) } }),
    });
    const started = (attempt: number) =>
      this.add({ activityTaskStartedEventAttributes: { scheduledEventId: long(id), attempt } });
    const close = (attempt: number, event: (ids: { scheduledEventId: Long }) => Partial<HistoryEvent>) => {
      started(attempt);
      this.add(event({ scheduledEventId: long(id) }));
      return this.task();
    };
    return {
      done: (result?: unknown, attempt = 1) =>
        close(attempt, (ids) => ({
          activityTaskCompletedEventAttributes: { ...ids, result: payloads(result) },
        })),
      failed: (message: string, type: string, attempt = 1) =>
        close(attempt, (ids) => ({
          activityTaskFailedEventAttributes: {
            ...ids,
            failure: { message, applicationFailureInfo: { type } },
          },
        })),
      timedOut: () =>
        close(1, (ids) => ({
          activityTaskTimedOutEventAttributes: {
            ...ids,
            failure: { message: 'activity Heartbeat timeout', timeoutFailureInfo: {} },
          },
        })),
      cancelled: () => close(1, (ids) => ({ activityTaskCanceledEventAttributes: ids })),
    };
  }

  steps(...names: string[]): this {
    for (const name of names) this.begin(name).done({});
    return this;
  }

  signal(signalName: string, message?: unknown, identity = 'web@ui'): this {
    this.add({
      workflowExecutionSignaledEventAttributes: {
        signalName,
        identity,
        ...(message === undefined ? {} : { input: payloads(message) }),
      },
    });
    return this.task();
  }

  task(): this {
    this.add({ workflowTaskScheduledEventAttributes: {} });
    this.add({ workflowTaskStartedEventAttributes: {} });
    this.add({ workflowTaskCompletedEventAttributes: {} });
    return this;
  }

  returns(result: unknown): this {
    this.add({ workflowExecutionCompletedEventAttributes: { result: payloads(result) } });
    return this;
  }

  /** Nothing happens for so many seconds. */
  wait(seconds: number): void {
    this.waited += seconds;
  }

  add(event: Partial<HistoryEvent>): number {
    const id = this.events.length + 1;
    this.events.push({
      eventId: long(id),
      eventTime: { seconds: long(begun / 1000 + id + this.waited) },
      ...event,
    });
    return id;
  }

  view(options: Partial<ReduceOptions> = {}): DeploymentView {
    return reduce(this.events, { decode, now: begun + 3_600_000, ...options });
  }
}

type Long = NonNullable<HistoryEvent['eventId']>;

/** Ids and seconds come as 64-bit integers of the `long` library; what is read of them is their text and number. */
function long(value: number): Long {
  return value as unknown as Long;
}
