import type { DeploymentView } from '../../history/view.js';
import type { Io } from '../terminal/io.js';
import { changesBetween, type Change } from '../../history/changes.js';
import type { Renderer } from './renderer.js';
import { say } from './say.js';
import { retryText } from './step.js';
import { oneLine } from '../../history/text.js';

/** For logs, on stderr: lines are only ever appended, one where a step begins, fails an attempt, and ends. */
export function linesRenderer(io: Io, { plan }: { plan: boolean }): Renderer {
  let before: DeploymentView | null = null;
  let waited: string | null = null;
  const print = (line: string) => io.stderr(`${line}\n`);
  return {
    show({ view, waiting }) {
      for (const change of changesBetween(before, view)) {
        if (change.kind !== 'plan' || plan) linesOf(change, view, io).forEach(print);
      }
      before = view;
      if (waiting !== null && waited === null) print(waiting);
      if (waiting === null && waited !== null)
        print(waited.startsWith('waiting for Temporal') ? 'Temporal answers again' : 'it can go on');
      waited = waiting;
    },
    pause: () => undefined,
    end: () => undefined,
  };
}

function linesOf(change: Change, view: DeploymentView, io: Io): string[] {
  if (change.kind === 'step-begin') {
    const { label, summary } = change.step;
    return [`… ${oneLine(label)} begins${summary === '' ? '' : `: ${oneLine(summary)}`}`];
  }
  if (change.kind === 'step-retry') {
    return [`↻ ${oneLine(change.step.label)}: ${retryText(change.step, Date.now()) ?? 'is tried again'}`];
  }
  return say(change, view, io.colors.stderr);
}
