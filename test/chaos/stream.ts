import { join } from 'node:path';
import { keepEvidence } from './evidence.js';
import { fits, type Host } from './combinations.js';
import { look, type Seen } from './invariants.js';
import { attempt, type Result, type Trial } from './trial.js';
import { World } from './world.js';

/** After so many trials the host is a new one, as before its first deployment. */
const perHost = 10;

/** Where a stream's trials come from, and where their results go. */
export interface Source {
  /** undefined: there are no more. */
  next(host: Host): Promise<Trial | undefined>;
  ended(trial: Trial, host: Host, result: Result): void;
  /** A folder for what tells how something went wrong; undefined: nobody wants to know. */
  evidence: string | undefined;
}

/** Trials one after another, in a world of their own: each is the next deployment after the one before. */
export class Stream {
  private world: World | undefined;
  private making: Promise<void> | undefined;
  private removing = Promise.resolve();
  private hosts = 0;
  private stopped = false;

  constructor(private readonly source: Source) {}

  /** Until there are no more trials, or it is stopped. */
  async run(): Promise<void> {
    try {
      await this.trials();
    } catch (error) {
      // The ending of a world that is taken away is nobody's fault.
      if (!this.stopped) throw error;
    } finally {
      await this.remove();
    }
  }

  /** Ends it at once, whatever is going on, and leaves nothing running. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.making?.catch(() => undefined);
    await this.remove();
  }

  private async trials(): Promise<void> {
    let before: Seen | undefined;
    for (let n = 0; !this.isStopped(); n++) {
      if (n % perHost === 0 || !this.world) {
        before = undefined;
        this.making = this.newHost();
        await this.making;
        n = 0;
      }
      const { world } = this;
      if (!world || this.isStopped()) return;
      before ??= await look(world);
      const host: Host = { settled: before.host.link !== null, smallDisk: this.hosts % 2 === 0 };
      const trial = await this.source.next(host);
      if (!trial) return;
      if (!fits(trial, host)) before = await this.prepare(world, trial, host);
      const result = await attempt(world, trial, before).catch(untold);
      if (this.isStopped()) return;
      before = result.after;
      this.source.ended(trial, host, { ...result, after: undefined });
      if (result.violations.length === 0) continue;
      if (this.source.evidence !== undefined)
        await keepEvidence(world, join(this.source.evidence, String(trial.number)));
      // What is wrong now would be found again by every trial that follows in this world.
      await this.remove();
    }
  }

  /** Makes a host one that a trial can be had on, where somebody wants just that trial. */
  private async prepare(world: World, trial: Trial, host: Host): Promise<Seen | undefined> {
    if (fits(trial, { ...host, smallDisk: true })) {
      await world.smallDisk();
      return undefined;
    }
    const { after, violations } = await attempt(world, { ...trial, version: 'good', fault: 'none' });
    if (violations.length > 0) throw new Error(`an undisturbed deployment: ${violations.join('; ')}`);
    return after;
  }

  private isStopped(): boolean {
    return this.stopped;
  }

  private async newHost(): Promise<void> {
    if (this.world) await this.world.newServer();
    else this.world = await World.create();
    this.hosts += 1;
    if (this.hosts % 2 === 0) await this.world.smallDisk();
  }

  private remove(): Promise<void> {
    const { world } = this;
    this.world = undefined;
    if (world) this.removing = world.remove();
    return this.removing;
  }
}

/** A trial that could not even be looked at to its end. */
function untold(error: unknown): Result {
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { outcome: null, cause: null, met: [], seconds: NaN, outageSeconds: NaN, violations: [why] };
}
