import { defineSearchAttributeKey } from '@temporalio/common';
import type { Client, ScheduleDescription, ScheduleHandle } from '@temporalio/client';
import {
  healthScheduleId,
  healthWorkflowId,
  searchAttributeNames,
  taskQueue,
  workflowTypes,
  type HealthWatchInput,
  type WatchState,
} from '../../domain/runbook/messages.js';
import { nameSources } from '../../artifact/named-sources.js';
import { artifactsFolder } from '../../temporal/state.js';
import type { Chosen } from '../input/app.js';
import { userAtMachine } from '../input/user.js';

/** The health watch of one app as Temporal has it. */
export interface Watched {
  everySeconds: number;
  paused: boolean;
  /** Whether it looks at this moment. */
  running: boolean;
  /** Milliseconds since the epoch; null: it is not known. */
  nextAt: number | null;
  /** What the last look that ended came to; null before the first. */
  last: WatchState | null;
}

const patienceMs = 15_000;

/** Temporal's schedule of an app's health watch. */
export class HealthSchedule {
  private readonly handle: ScheduleHandle;

  constructor(
    private readonly client: Client,
    private readonly chosen: Chosen,
  ) {
    this.handle = client.schedule.getHandle(healthScheduleId(chosen.app, chosen.reach.alias));
  }

  /**
   * Makes the schedule, or makes it anew, and has it look at once. What earlier looks found is kept.
   * @returns when it was asked for, which its looks return
   */
  async put(everySeconds: number): Promise<number> {
    const options = this.options(everySeconds);
    const { askedAt } = options.input;
    await nameSources(artifactsFolder(), options.input);
    await this.within(async () => {
      try {
        await this.client.schedule.create({
          scheduleId: this.handle.scheduleId,
          ...options.schedule,
          typedSearchAttributes: this.attributes(),
        });
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'ScheduleAlreadyRunning') throw error;
        await this.handle.update(() => ({
          ...options.schedule,
          state: {},
          typedSearchAttributes: this.attributes(),
        }));
      }
      // Not "at once, whatever runs": of such a look the next one would not learn.
      await this.handle.trigger('SKIP');
    });
    return askedAt;
  }

  /** Whether there was one. */
  async remove(): Promise<boolean> {
    return (await this.orNull(() => this.handle.delete().then(() => true))) ?? false;
  }

  /** How it stands; null where there is none. */
  async read(): Promise<Watched | null> {
    const description = await this.orNull(() => this.handle.describe());
    if (description === null) return null;
    const { spec, state, info } = description;
    return {
      everySeconds: (spec.intervals?.[0]?.every ?? 0) / 1000,
      paused: state.paused,
      running: info.runningActions.length > 0,
      nextAt: info.nextActionTimes[0]?.getTime() ?? null,
      last: await this.lastLook(description),
    };
  }

  /** The newest of the last ten looks that ended well. */
  private async lastLook({ info }: ScheduleDescription): Promise<WatchState | null> {
    for (const { action } of [...info.recentActions].reverse()) {
      const handle = this.client.workflow.getHandle(
        action.workflow.workflowId,
        action.workflow.firstExecutionRunId,
      );
      // One that is older than a day is forgotten.
      const look = await this.orNull(() => handle.describe());
      if (look?.status.name === 'COMPLETED') return (await handle.result()) as WatchState;
    }
    return null;
  }

  private options(everySeconds: number) {
    const { app, reach } = this.chosen;
    const input: HealthWatchInput = { app, reach, startedBy: userAtMachine(), askedAt: Date.now() };
    const schedule = {
      spec: { intervals: [{ every: everySeconds * 1000 }] },
      // Temporal's shortest: looks that were missed are of no use afterwards.
      policies: { overlap: 'SKIP' as const, catchupWindow: 10_000 },
      action: {
        type: 'startWorkflow' as const,
        workflowType: workflowTypes.healthWatch,
        workflowId: healthWorkflowId(app, reach.alias),
        taskQueue,
        args: [input],
        typedSearchAttributes: this.attributes(),
        staticSummary: `health of ${app.name} on ${reach.alias}, ${app.environment}`.slice(0, 200),
      },
    };
    return { input, schedule };
  }

  private attributes() {
    const { app, reach } = this.chosen;
    const values = { app: app.name, environment: app.environment, host: reach.alias };
    return Object.entries(values).map(([name, value]) => ({
      key: defineSearchAttributeKey(searchAttributeNames[name as keyof typeof values], 'KEYWORD'),
      value,
    }));
  }

  private async orNull<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      return await this.within(ask);
    } catch (error) {
      const unknown = ['ScheduleNotFoundError', 'WorkflowNotFoundError'];
      if (error instanceof Error && unknown.includes(error.name)) return null;
      throw error;
    }
  }

  private within<T>(ask: () => Promise<T>): Promise<T> {
    return this.client.connection.withDeadline(Date.now() + patienceMs, ask);
  }
}
