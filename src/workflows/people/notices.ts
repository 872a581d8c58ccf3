import { CancellationScope, condition, type RetryPolicy } from '@temporalio/workflow';
import type { Channel, Notice, NoticeEvent } from '../../domain/app/channels.js';
import { reasonOf } from '../step/cause.js';
import { take } from '../step/take.js';

/** Three attempts of 8 s at most, and the pauses between them. */
const attempts: RetryPolicy = {
  maximumAttempts: 3,
  initialInterval: '1 second',
  maximumInterval: '3 seconds',
};
/** A deployment that is over does not wait longer than this for a channel that does not answer. */
const lastWords = '15 seconds';

/** Tells people, beside everything else: nothing waits for a channel, and none that fails does any harm. */
export class Notices {
  private open = 0;
  /** Channels that were not told, and why. */
  readonly untold: string[] = [];

  constructor(private readonly channels: readonly Channel[] = []) {}

  /** Whether any channel wants to know of such a thing. */
  wanted(event: NoticeEvent): boolean {
    return this.channels.some(({ on }) => on.includes(event));
  }

  /** Tells every channel that wants to know. */
  tell(notice: Notice): void {
    for (const channel of this.channels)
      if (channel.on.includes(notice.event)) void this.send(channel, notice);
  }

  /** Waits for what is under way, within a bound: when the workflow ends, it ends too. */
  async settled(): Promise<void> {
    await condition(() => this.open === 0, lastWords);
  }

  private async send(channel: Channel, notice: Notice): Promise<void> {
    this.open += 1;
    try {
      // Aborts and cancellations are reported all the same.
      await CancellationScope.nonCancellable(() => deliver(channel, notice));
    } catch (error) {
      this.untold.push(reasonOf(error));
    }
    this.open -= 1;
  }
}

/** @throws ActivityFailure where the channel was not told */
export function deliver(channel: Channel, notice: Notice): Promise<void> {
  return take('notify', `tell ${channel.name}: ${notice.title}`, { channel, notice }, attempts);
}
