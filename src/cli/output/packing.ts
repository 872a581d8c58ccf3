import type { Io } from '../terminal/io.js';
import { en, type Speech } from './catalogue/en.js';
import { Region } from './region.js';

/** What takes less is not worth a word. */
const silentMs = 1000;
/** On a terminal one line is drawn again; elsewhere each is one more line of a log. */
const drawnMs = 100;
const writtenMs = 5000;

export interface PackingProgress {
  /** Begins to count: `read 812 of 2,000 files`. @returns what is called after each file */
  counting(what: 'read' | 'kept'): (done: number, total: number) => void;
  end(): void;
}

/** Tells on stderr how far packing is, once it takes more than a second. */
export function packingProgress(
  io: Pick<Io, 'stderr' | 'raw' | 'isTTY' | 'colors' | 'size'>,
  { packing: said }: Speech = en,
): PackingProgress {
  const region = new Region(io, () => io.size());
  let line = said.begins;
  let next = performance.now() + silentMs;
  const tell = (): void => {
    const now = performance.now();
    if (now < next) return;
    next = now + (io.isTTY ? drawnMs : writtenMs);
    if (io.isTTY) region.draw([io.colors.stderr.dim(line)]);
    else io.stderr(`${line}\n`);
  };
  // For a file that takes long. Many small ones leave a timer no turn: then each tells.
  const timer = setInterval(tell, drawnMs);
  return {
    counting: (what) => (done, total) => {
      line = said.far(what, done, total);
      tell();
    },
    end() {
      clearInterval(timer);
      region.clear();
    },
  };
}
