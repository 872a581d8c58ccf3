import type { DeploymentView } from '../../history/view.js';
import type { Io } from '../terminal/io.js';
import { changesBetween, type Change } from '../../history/changes.js';
import type { Renderer } from './renderer.js';
import { labelOf } from '../../domain/runbook/labels.js';
import type { Speech } from './catalogue/en.js';
import { say } from './say.js';
import { speechOf } from './speech.js';
import { retryText } from './step.js';
import { oneLine } from '../../history/text.js';

/** For logs, on stderr: lines are only ever appended, one where a step begins, fails an attempt, and ends. */
export function linesRenderer(io: Io, { plan }: { plan: boolean }): Renderer {
  let before: DeploymentView | null = null;
  let waited: string | null = null;
  const speech = speechOf(io);
  const print = (line: string) => io.stderr(`${line}\n`);
  return {
    show({ view, waiting }) {
      for (const change of changesBetween(before, view)) {
        if (change.kind !== 'plan' || plan) linesOf(change, view, io, speech).forEach(print);
      }
      before = view;
      if (waiting !== null && waited === null) print(speech.words.say(waiting));
      if (waiting === null && waited !== null)
        print(speech.back(waited.startsWith('waiting for Temporal') ? 'temporal' : 'worker'));
      waited = waiting;
    },
    pause: () => undefined,
    end: () => undefined,
  };
}

function linesOf(change: Change, view: DeploymentView, io: Io, speech: Speech): string[] {
  const { words } = speech;
  if (change.kind === 'step-begin') {
    const { name, summary } = change.step;
    return [`… ${speech.begins(oneLine(labelOf(name, words.lang)), oneLine(words.summary(summary)))}`];
  }
  if (change.kind === 'step-retry') {
    const why = retryText(change.step, Date.now(), speech) ?? speech.again;
    return [`↻ ${speech.retries(oneLine(labelOf(change.step.name, words.lang)), why)}`];
  }
  return say(change, view, io.colors.stderr, speech);
}
