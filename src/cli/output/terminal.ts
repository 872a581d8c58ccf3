import type { DeploymentView } from '../../history/view.js';
import type { Followed } from '../temporal/follow.js';
import type { Io } from '../terminal/io.js';
import { changesBetween, type Change } from '../../history/changes.js';
import { Region } from './region.js';
import type { Renderer } from './renderer.js';
import type { Speech } from './catalogue/en.js';
import { say } from './say.js';
import { speechOf } from './speech.js';
import { openStep } from './step.js';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;

/** For a terminal, on stderr: what is over stays, line by line; below it what goes on is drawn again and again. */
export function terminalRenderer(io: Io, { plan }: { plan: boolean }): Renderer {
  const region = new Region(io, () => io.size());
  const colors = io.colors.stderr;
  const speech = speechOf(io);
  let last: Followed | null = null;
  let paused = false;
  let frame = 0;

  const draw = () => {
    if (!paused && last !== null) region.draw(goingOn(last, frames[frame % frames.length] ?? '', io, speech));
  };
  const timer = setInterval(() => {
    frame += 1;
    draw();
  }, frameMs);
  timer.unref();

  return {
    show(followed) {
      const before: DeploymentView | null = last?.view ?? null;
      last = followed;
      const lines = changesBetween(before, followed.view)
        .filter((change) => (plan || change.kind !== 'plan') && !isAsked(change, io))
        .flatMap((change) => say(change, followed.view, colors, speech));
      if (lines.length > 0) region.print(lines);
      draw();
    },
    pause(on) {
      paused = on;
      if (on) region.clear();
      else draw();
    },
    end() {
      clearInterval(timer);
      region.draw([]);
      // Apart from the last lines, which are data and go to stdout.
      io.stderr('\n');
    },
  };
}

/** Where somebody is there the question follows, and says it all. */
function isAsked(change: Change, io: Io): boolean {
  return change.kind === 'state' && change.state === 'awaiting-approval' && io.interactive;
}

function goingOn({ view, waiting }: Followed, spinner: string, io: Io, speech: Speech): string[] {
  const colors = io.colors.stderr;
  const now = Date.now();
  const open = view.steps.filter((step) => step.endedAt === null);
  const lines = open.flatMap((step) => openStep(step, spinner, now, colors, io.size().columns, speech));
  if (waiting !== null) lines.push(colors.yellow(`${spinner} ${speech.words.say(waiting)}`));
  if (view.state === 'closed') return [];
  return [...lines, colors.dim(`  ${speech.leaves}`)];
}
