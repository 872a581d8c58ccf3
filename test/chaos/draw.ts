import { combinations, fits, isRare, shuffled, type Combination, type Host } from './combinations.js';
import type { Trial } from './trial.js';

/**
 * The trials of a seed: one pass after another through all combinations, each pass in an order of its own. A trial is
 * told by its number; which host gets it is decided when that host is there.
 */
export class Draw {
  private readonly waiting: Trial[] = [];
  private passes = 0;

  /** @param done numbers of the trials that were had already, as by a run that was interrupted */
  constructor(
    private readonly seed: number,
    private readonly done: ReadonlySet<number> = new Set(),
  ) {}

  /** The next trial that can be had on this host, those first that only few hosts can have. */
  next(host: Host): Trial {
    for (;;) {
      const fitting = this.waiting.filter((trial) => fits(trial, host));
      const trial = fitting.find(isRare) ?? fitting[0];
      if (trial) {
        this.waiting.splice(this.waiting.indexOf(trial), 1);
        return trial;
      }
      this.addPass();
    }
  }

  /** A trial by its number. */
  numbered(number: number): Trial {
    const all = combinations().length;
    return this.pass(Math.floor((number - 1) / all))[(number - 1) % all] as Trial;
  }

  private addPass(): void {
    this.waiting.push(...this.pass(this.passes).filter(({ number }) => !this.done.has(number)));
    this.passes += 1;
  }

  private pass(pass: number): Trial[] {
    const random = generator(this.seed * 1000 + pass);
    const order: Combination[] = shuffled(combinations(), random);
    return order.map((combination, at) => ({
      number: pass * order.length + at + 1,
      ...combination,
      chance: random(),
    }));
  }
}

/** mulberry32 by Tommy Ettinger, public domain: numbers from 0 to 1 that a seed decides. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
