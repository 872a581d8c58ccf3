import { setCurrentDetails } from '@temporalio/workflow';
import { literal } from '../domain/text/markdown.js';
import type { StepName } from '../domain/runbook/steps.js';
import { causeOf, isFenced } from './cause.js';
import type { Operator } from './operator.js';

/** So often may the host's dead man's switch cross one step: it waits 10 s after each time that it was crossed itself. */
export const mostCrossings = 3;

/**
 * What the failure of an undo means. `stop`: the undos after it would make things worse. `go-on`: they are taken all the
 * same, since what serves matters more. `tell`: it tidies up only, so the way back is complete without it.
 */
type OnFailure = 'stop' | 'go-on' | 'tell';

interface Undo {
  name: StepName;
  run: () => Promise<unknown>;
  onFailure: OnFailure;
}

interface Failure {
  text: string;
  onFailure: OnFailure;
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
 * The way back: undos, each registered BEFORE its step runs and taken last in, first out. An undo is idempotent, so one
 * whose step never ran does nothing. One that was done is not done again; one that failed waits for an operator.
 */
export class WayBack {
  private readonly registered: Undo[] = [];
  /** Those that are left to take. */
  private undos: Undo[] = [];

  register(name: StepName, run: () => Promise<unknown>, onFailure: OnFailure = 'stop'): void {
    const undo = { name, run, onFailure };
    this.registered.push(undo);
    this.undos.push(undo);
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
    for (;;) {
      const asked = operator.retries;
      const failures = await this.attempt(around?.reclaim);
      const open = failures.filter(({ onFailure }) => onFailure !== 'tell');
      if (open.length > 0 && !open.some(({ final }) => final)) {
        setCurrentDetails(incomplete(cause, open));
        await around?.beforeAsking(open.map(({ text }) => text));
        if (await operator.wantsRetry(asked)) continue;
      }
      const untidied = failures.filter(({ onFailure }) => onFailure === 'tell');
      return { remains: open.map(({ text }) => text), untidied: untidied.map(({ text }) => text) };
    }
  }

  /** One attempt at every undo that is left, until one fails that stops the rest. */
  private async attempt(reclaim?: () => Promise<void>): Promise<Failure[]> {
    const failures: Failure[] = [];
    const left: Undo[] = [];
    for (let undo = this.undos.pop(); undo !== undefined; undo = this.undos.pop()) {
      try {
        await this.run(undo, reclaim);
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

function incomplete(cause: string, failures: readonly Failure[]): string {
  return [
    '### The rollback is incomplete',
    '',
    `It began because: ${literal(cause)}`,
    '',
    ...failures.map(({ text }) => `- ${literal(text)}`),
    '',
    'Mend what is named, then send the signal `retryRollback`; or `giveUp`, and do the rest by hand.',
  ].join('\n');
}
