import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { exitCodes, exitRunning } from '../../domain/runbook/outcome.js';
import type { HistoryEvent, PendingActivity } from '../../history/events.js';
import type { DeploymentView } from '../../history/view.js';
import { whereabouts } from '../../temporal/connect.js';
import { TemporalError } from '../../temporal/error.js';
import { codeOf, detailOf, notFound } from './grpc-error.js';
import { hindrance } from './hindrance.js';
import { historyPage, pendingActivities, viewOf } from './history.js';
import type { RunRef } from './connection.js';
import { UserError } from '../terminal/user-error.js';
import { Wake } from './wake.js';

/** A look at a deployment that is followed. */
export interface Followed {
  view: DeploymentView;
  /** Why nothing new can be seen, or can happen, at the moment: Temporal does not answer, nobody works, no room is left. */
  waiting: string | null;
  /** Who answered: another than the one that was given where Temporal came back at another address. */
  client: Client;
}

export interface FollowOptions {
  /** Ends the following, not the deployment. */
  signal: AbortSignal;
  /** How long Temporal may be away, in milliseconds; 10 minutes. */
  patienceMs?: number;
}

const describeEveryMs = 500;
const hinderedEveryMs = 2_000;
const describeWithinMs = 3_000;
/** Temporal holds a long poll back for 20 s at most, then answers without events. */
const pollWithinMs = 60_000;
const longestPauseMs = 3_000;
/** A server that has just started may for a moment not know what it will. */
const lostAfterMs = 10_000;

/**
 * Follows a run to its end: yields a view whenever something changed, be it in the history or in what is pending.
 * Where Temporal goes away it waits until it is back, at whatever address.
 * @throws TemporalError where the key is missing that it takes to read the history
 * @throws UserError where it does not know the run (exit code 64), knows it no longer (4), or stays away (8), for the
 *   deployment itself goes on then
 */
export async function* follow(client: Client, run: RunRef, options: FollowOptions): AsyncGenerator<Followed> {
  const follower = new Follower(client, run, options);
  try {
    for (;;) {
      const followed = await follower.next();
      if (followed === null) return;
      yield followed;
      if (followed.view.state === 'closed') return;
    }
  } finally {
    await follower.stop();
  }
}

class Follower {
  private events: HistoryEvent[] = [];
  private pending: PendingActivity[] = [];
  private awaySince: number | null = null;
  private whyAway = '';
  private hindered: string | null = null;
  private failure: Error | null = null;
  private readonly changed = new Wake();
  private readonly stopped = new AbortController();
  private readonly calls = new Set<AbortController>();
  private readonly loops: Promise<void>[];

  constructor(
    private client: Client,
    private readonly run: RunRef,
    private readonly options: FollowOptions,
  ) {
    options.signal.addEventListener('abort', () => this.halt(), { once: true });
    if (options.signal.aborted) this.halt();
    this.loops = [
      this.loop(() => this.readHistory()),
      this.loop(() => this.readPending()),
      this.watchForHindrances(),
    ];
  }

  /** The next look; null where the following was ended. */
  async next(): Promise<Followed | null> {
    do {
      await this.changed.wait();
      if (this.options.signal.aborted) return null;
      if (this.failure !== null) throw this.failure;
    } while (this.events.length === 0);
    const view = viewOf(this.client, this.events, this.pending);
    return { view, waiting: view.state === 'closed' ? null : this.waiting(), client: this.client };
  }

  private waiting(): string | null {
    const away =
      this.awaySince === null ? null : `waiting for Temporal, which does not answer: ${this.whyAway}`;
    return [away, this.hindered].filter((text) => text !== null).join('; ') || null;
  }

  async stop(): Promise<void> {
    this.halt();
    await Promise.allSettled(this.loops);
  }

  private halt(): void {
    this.stopped.abort();
    for (const call of this.calls) call.abort();
    this.changed.call();
  }

  private async loop(once: () => Promise<void>): Promise<void> {
    const { signal } = this.stopped;
    const ended = () => signal.aborted;
    let pauseMs = 100;
    while (!ended()) {
      try {
        await once();
        this.back();
        pauseMs = 100;
      } catch (error) {
        if (ended()) return;
        await this.notice(error);
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }

  private async readHistory(): Promise<void> {
    // Anew from the first event: after an outage Temporal may no longer know an earlier token.
    const events: HistoryEvent[] = [];
    for (let token: Uint8Array | undefined; ;) {
      const page = await this.within(pollWithinMs, () => historyPage(this.client, this.run, token, true));
      if (page.events.length > 0) {
        events.push(...page.events);
        if (events.length >= this.events.length) this.events = events;
        this.awaySince = null;
        this.changed.call();
      }
      if (page.next === undefined) break;
      token = page.next;
    }
    // Only a closed run has no further page.
    await sleep(describeEveryMs, undefined, { signal: this.stopped.signal });
  }

  private async readPending(): Promise<void> {
    const pending = await this.within(describeWithinMs, () => pendingActivities(this.client, this.run));
    if (!same(this.pending, pending)) {
      this.pending = pending;
      this.changed.call();
    }
    await sleep(describeEveryMs, undefined, { signal: this.stopped.signal });
  }

  /** What holds at two looks in a row is said: a worker that is replaced is away for a moment. */
  private async watchForHindrances(): Promise<void> {
    const { signal } = this.stopped;
    for (let before: string | null = null; !signal.aborted;) {
      const now = await hindrance(this.client);
      const hindered = now === null || before === null ? null : now;
      if (hindered !== this.hindered) {
        this.hindered = hindered;
        this.changed.call();
      }
      before = now;
      await sleep(hinderedEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async within<T>(ms: number, call: () => Promise<T>): Promise<T> {
    const { connection } = this.client;
    // A signal for each call: the client never takes its listeners off again.
    const control = new AbortController();
    this.calls.add(control);
    // The client itself would retry for longer, and so hide that Temporal is away.
    const late = timeout(ms, control.signal);
    try {
      const answer = connection.withAbortSignal(control.signal, () =>
        connection.withDeadline(Date.now() + ms, call),
      );
      return await Promise.race([answer, late.promise]);
    } finally {
      late.clear();
      this.calls.delete(control);
    }
  }

  private back(): void {
    if (this.awaySince !== null) this.changed.call();
    this.awaySince = null;
  }

  private async notice(error: unknown): Promise<void> {
    // It answers, and the answer cannot be read.
    if (error instanceof TemporalError) this.fail(error);
    this.awaySince ??= Date.now();
    const where = await whereabouts(this.client).catch(() => 'gone' as const);
    if (typeof where !== 'string') this.client = where;
    const unknown = codeOf(error) === notFound;
    // Whoever answers in its place knows nothing of the run.
    const foreign = unknown && where !== 'there';
    this.whyAway = foreign ? 'another Temporal has taken its address' : detailOf(error);
    const forMs = Date.now() - this.awaySince;
    const { workflowId, runId } = this.run;
    const { patienceMs = 600_000 } = this.options;
    if (unknown && !foreign && this.events.length === 0) {
      const text = `Temporal does not know ${workflowId}@${runId}; belay list shows what there is`;
      this.fail(new UserError(text, undefined, { cause: error }));
    } else if (unknown && !foreign && forMs > lostAfterMs) {
      const text =
        `Temporal no longer knows ${workflowId}@${runId}: its database was lost, or the run was deleted. ` +
        'The host keeps a record of its own, by which the last good release is put back: belay recover';
      this.fail(new UserError(text, exitCodes['rollback-failed'], { cause: error }));
    } else if (forMs > patienceMs) {
      const text =
        `Temporal has not answered for ${Math.round(forMs / 60_000)} minutes (${this.whyAway}). ` +
        `The deployment goes on once it is back: belay watch ${workflowId}`;
      this.fail(new UserError(text, exitRunning, { cause: error }));
    }
    this.changed.call();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.changed.call();
  }
}

function same(before: readonly PendingActivity[], now: readonly PendingActivity[]): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}

/** A promise that is rejected after `ms` or when `signal` is aborted, unless it is cleared. */
function timeout(ms: number, signal: AbortSignal): { promise: Promise<never>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
    signal.addEventListener('abort', () => reject(new Error('the following has ended')), { once: true });
  });
  return { promise, clear: () => clearTimeout(timer) };
}
