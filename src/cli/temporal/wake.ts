/** Wakes who waits; a call that comes while nobody waits is kept for the next one who does. */
export class Wake {
  private called = false;
  private resolve: () => void = () => undefined;

  call(): void {
    this.called = true;
    this.resolve();
  }

  async wait(): Promise<void> {
    if (!this.called) await new Promise<void>((resolve) => (this.resolve = resolve));
    this.called = false;
  }
}
