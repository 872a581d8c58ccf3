import { CancellationScope, patched, setCurrentDetails, sleep } from '@temporalio/workflow';
import { literal } from '../../domain/text/markdown.js';
import { steps, type Back, type StepName } from '../../domain/runbook/steps.js';
import { labelOf } from '../../domain/runbook/labels.js';
import { wayBack } from '../../domain/runbook/way-back.js';
import { causeOf, isFenced } from '../step/cause.js';
import { hearing, unlessFirst } from '../people/hearing.js';
import type { Operator } from '../people/operator.js';

/** So often may the host's dead man's switch cross one step: it waits 10 s after each time that it was crossed itself. */
export const mostCrossings = 3;

/** A person is asked after this; the trying goes on. */
const askAfterMs = 120_000;
/** Between two attempts at a way back that is incomplete. */
const firstPauseMs = 10_000;
const longestPauseMs = 300_000;

interface Undo {
  name: StepName;
  run: () => Promise<unknown>;
  onFailure: Back['onFailure'];
}

interface Failure {
  text: string;
  onFailure: Back['onFailure'];
  final: boolean;
}

/** What a way back does besides its undos. */
export interface Around {
  /** Takes the host back once more, after the host itself did something meanwhile. Throws where another deployment holds it. */
  reclaim?: () => Promise<void>;
  /** Before an operator is asked, with what failed. */
  beforeAsking: (failures: readonly string[]) => Promise<void>;
}

/** How the way back ended: what keeps the host from being as it was, and what was merely left lying about. */
export interface WayBackResult {
  remains: string[];
  untidied: string[];
}

/**
 * The way back: undos, each registered BEFORE its step runs and taken in the order of the runbook's list. An undo is
 * idempotent, so one whose step never ran does nothing. One that was done is not done again; one that failed waits for an
 * operator.
 */
export class WayBack {
  private readonly registered: Undo[] = [];
  /** Those that are left to take, the next one last. */
  private undos: Undo[] = [];
  /** The one that is taken now. */
  private current: StepName | undefined;

  /** What is no undo of the runbook's list is on no way back. */
  register(name: StepName, run: () => Promise<unknown>): void {
    const order = wayBack();
    if (!order.includes(name)) return;
    this.registered.push({ name, run, onFailure: steps[name].back?.onFailure ?? 'stop' });
    this.registered.sort((one, other) => order.indexOf(other.name) - order.indexOf(one.name));
    this.undos = [...this.registered];
  }

  /** Every undo is to be taken again: the host acted by itself after they were taken, and may not have come to an end. */
  reopen(): void {
    this.undos = [...this.registered];
  }

  /**
   * Takes the whole way back. Call it in a non-cancellable scope.
   * @param cause why, for the details that an operator reads
   */
  async take(operator: Operator, cause: string, around?: Around): Promise<WayBackResult> {
    if (!goesOn()) return this.takeAndWait(operator, cause, around);
    const asking = new Asking(cause, around, () => this.current);
    try {
      for (let round = 0; ; round++) {
        const heard = operator.retries;
        const failures = await this.attempt(around?.reclaim, operator);
        const open = failures.filter(({ onFailure }) => onFailure !== 'tell');
        if (open.length === 0 || open.some(({ final }) => final) || operator.hasGivenUp)
          return told(failures);
        await unlessSpoken(operator, heard, asking.ask(open));
        // A network that comes back, or a disk that was emptied, needs nobody's word.
        const pauseMs = Math.min(longestPauseMs, firstPauseMs * 1.5 ** round);
        if (!(await operator.triesAgain(heard, pauseMs))) return told(failures);
      }
    } finally {
      asking.end();
    }
  }

  /** As deployments take it that began with an earlier belay: what failed waits for a person. */
  private async takeAndWait(operator: Operator, cause: string, around?: Around): Promise<WayBackResult> {
    for (;;) {
      const asked = operator.retries;
      const failures = await this.attempt(around?.reclaim);
      const open = failures.filter(({ onFailure }) => onFailure !== 'tell');
      if (open.length > 0 && !open.some(({ final }) => final)) {
        setCurrentDetails(incomplete(cause, open));
        await around?.beforeAsking(open.map(({ text }) => text));
        if (await operator.wantsRetry(asked)) continue;
      }
      return told(failures);
    }
  }

  /** One attempt at every undo that is left, until one fails that stops the rest. @param operator whose word interrupts one */
  private async attempt(reclaim?: () => Promise<void>, operator?: Operator): Promise<Failure[]> {
    const failures: Failure[] = [];
    const left: Undo[] = [];
    for (let undo = this.undos.pop(); undo !== undefined; undo = this.undos.pop()) {
      try {
        this.current = undo.name;
        if (operator === undefined) await this.run(undo, reclaim);
        else await hearing(operator, undo.name, () => this.run(undo, reclaim));
      } catch (error) {
        failures.push({ text: causeOf(error), onFailure: undo.onFailure, final: isFenced(error) });
        left.unshift(undo);
        if (undo.onFailure === 'stop') break;
      }
    }
    this.undos.push(...left);
    return failures;
  }

  private async run(undo: Undo, reclaim?: () => Promise<void>): Promise<void> {
    for (let crossings = 0; ; crossings++) {
      try {
        await undo.run();
        return;
      } catch (error) {
        if (reclaim === undefined || undo.name === 'takeBack' || !isFenced(error)) throw error;
        if (crossings === mostCrossings) throw error;
      }
      await reclaim();
    }
  }
}

/** Asks a person once: where an undo failed for good, or the way back takes too long; the trying goes on meanwhile. */
class Asking {
  private readonly timer = new CancellationScope();
  private asked = false;

  /** @param current which undo is under way */
  constructor(
    private readonly cause: string,
    private readonly around: Around | undefined,
    private readonly current: () => StepName | undefined,
  ) {
    void this.timer
      .run(async () => {
        await sleep(askAfterMs);
        const undo = this.current();
        const text =
          undo === undefined ? 'it goes on' : `${labelOf(undo)}: tried for two minutes, and still is`;
        await this.ask([{ text }]);
      })
      .catch(() => undefined);
  }

  async ask(open: readonly Pick<Failure, 'text'>[]): Promise<void> {
    setCurrentDetails(incomplete(this.cause, open));
    if (this.asked) return;
    this.asked = true;
    await this.around?.beforeAsking(open.map(({ text }) => text));
  }

  end(): void {
    this.timer.cancel();
  }
}

/** Who is asked may answer before all is ready for the answer: where the host cannot be reached, say. */
async function unlessSpoken(operator: Operator, since: number, asked: Promise<void>): Promise<void> {
  const ready = await unlessFirst(
    asked.then(() => true),
    () => operator.speaks(since),
  );
  // Deployments that began with an earlier belay go on as they began.
  if (ready === undefined && !patched('asking-hears')) await asked;
}

/** Whether the run is one whose way back goes on by itself; a deployment that began with an earlier belay is none. */
export function goesOn(): boolean {
  return patched('way-back-goes-on');
}

function told(failures: readonly Failure[]): WayBackResult {
  const texts = (tidies: boolean) =>
    failures.filter(({ onFailure }) => (onFailure === 'tell') === tidies).map(({ text }) => text);
  return { remains: texts(false), untidied: texts(true) };
}

function incomplete(cause: string, failures: readonly Pick<Failure, 'text'>[]): string {
  return [
    '### The rollback is incomplete',
    '',
    `It began because: ${literal(cause)}`,
    '',
    ...failures.map(({ text }) => `- ${literal(text)}`),
    '',
    'Mend what is named: it is tried again by itself, and at once on the signal `retryRollback`; or send `giveUp`, and do the rest by hand.',
  ].join('\n');
}
