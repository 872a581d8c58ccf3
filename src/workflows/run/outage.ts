import type { Failing } from '../../domain/runbook/activities.js';
import { outagesFrom } from '../../domain/runbook/outages.js';
import type { Outage as Span } from '../../domain/runbook/outcome.js';

/**
 * How long nothing served: reckoned by the workflow's clock, from the order to stop until a version answered that was then
 * proved; where the host asked as visitors do, as that saw it.
 */
export class Outage {
  private since: number | undefined;
  private answeredAt = 0;
  private milliseconds = 0;
  /** When, as the host measured it; undefined where it did not. */
  spans: Span[] | undefined;

  /** What serves is stopped now; without effect where nothing serves already. */
  begins(): void {
    this.since ??= Date.now();
  }

  /** A version answers; whether that ended the outage is known once it is proved. @param at ms since the epoch */
  answers(at = Date.now()): void {
    this.answeredAt = at;
  }

  /** The version that answers serves as it should. */
  isOver(): void {
    if (this.since !== undefined) this.milliseconds += Math.max(0, this.answeredAt - this.since);
    this.since = undefined;
  }

  /** The host has asked as visitors do. What had not answered when it was last asked, did when a version was proved. */
  isMeasured(failing: readonly Failing[] | undefined): void {
    this.spans = failing && outagesFrom(failing, this.answeredAt);
  }

  /** Of all outages that are over. */
  get seconds(): number {
    const measured = this.spans?.reduce((sum, { from, to }) => sum + to - from, 0);
    return Math.round(measured ?? this.milliseconds) / 1000;
  }
}
