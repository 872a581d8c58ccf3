/** How long nothing served, by the workflow's clock: from the order to stop until a version answered that was then proved. */
export class Outage {
  private since: number | undefined;
  private answeredAt = 0;
  private milliseconds = 0;

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

  /** Of all outages that are over. */
  get seconds(): number {
    return Math.round(this.milliseconds) / 1000;
  }
}
