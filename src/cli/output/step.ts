import { labelOf } from '../../domain/runbook/labels.js';
import { formatBytes } from '../../domain/text/bytes.js';
import type { DeploymentStep, Progress } from '../../history/view.js';
import type { Colors } from '../terminal/io.js';
import { en, type Speech } from './catalogue/en.js';
import { cut, width } from './region.js';
import { firstLine, oneLine } from '../../history/text.js';

/** A step that is over, on one line, and on a second one why it failed. */
export function endedStep(step: DeploymentStep, colors: Colors, speech: Speech = en): string[] {
  const attempts = step.attempts > 1 ? speech.step.attempts(step.attempts) : '';
  const took = colors.dim(`${speech.duration(step.durationSeconds)}${attempts}`);
  const lines = [`${mark(step, colors)} ${named(step, colors, speech)}  ${took}`];
  if (step.status === 'failed' && step.lastFailure !== null) {
    lines.push(
      `  ${colors.red(firstLine(speech.words.failure(step.lastFailure)))} ${colors.dim(`(${oneLine(step.lastFailure.type)})`)}`,
    );
  }
  return lines;
}

/**
 * A step that goes on: how far it is, and on a second line why it is tried again.
 * @param columns where the first line must fit, its name is cut rather than how far it is
 */
export function openStep(
  step: DeploymentStep,
  spinner: string,
  now: number,
  colors: Colors,
  columns = Infinity,
  speech: Speech = en,
): string[] {
  const elapsed = speech.duration(Math.max(0, (now - step.startedAt) / 1000));
  const far = step.progress === null ? '' : `  ${progressText(step.progress, speech)}`;
  // A worker that is there takes a step within a moment.
  const waits = step.status === 'waiting' && now - step.startedAt > 2000 ? `  ${speech.step.waits}` : '';
  const tone =
    step.status === 'retrying' ? colors.yellow : step.kind === 'undo' ? colors.magenta : colors.cyan;
  const room = Math.max(8, columns - width(`${spinner} ${far}  ${elapsed}${waits}`) - 1);
  const lines = [
    `${tone(spinner)} ${cut(named(step, colors, speech), room)}${far}  ${colors.dim(elapsed + waits)}`,
  ];
  const retry = retryText(step, now, speech);
  if (retry !== null) lines.push(`  ${colors.yellow(retry)}`);
  return lines;
}

/** Why a step is tried again, and when; null where it is not. */
export function retryText(step: DeploymentStep, now: number, speech: Speech = en): string | null {
  const { step: said, words } = speech;
  if (step.lastFailure === null || step.endedAt !== null) return null;
  const why = oneLine(words.failure(step.lastFailure));
  if (step.status !== 'retrying') return said.because(step.attempts, why);
  const wait = step.nextAttemptAt === null ? 0 : (step.nextAttemptAt - now) / 1000;
  const next = wait > 0.05 ? said.in(speech.duration(wait)) : said.now;
  return said.failed(step.attempts, next, why);
}

/** `3.1 MB of 7.2 MB, 43 %`. */
function progressText(progress: Progress, { step: said, words }: Speech): string {
  if ('text' in progress) return oneLine(words.progress(progress.text));
  const { done, total, unit } = progress;
  const amount = (value: number) => (unit === 'bytes' ? formatBytes(value) : String(value));
  const percent = total > 0 ? `, ${Math.floor((100 * Math.min(done, total)) / total)} %` : '';
  return said.far(amount(done), amount(total), unit === 'files', percent);
}

/** The workflow's words for this run of the step, led by its label where they do not begin like it. */
function named(step: DeploymentStep, colors: Colors, { step: said, words }: Speech): string {
  const tone = step.kind === 'undo' ? colors.magenta : (text: string) => text;
  const label = oneLine(labelOf(step.name, words.lang));
  const summary = oneLine(words.summary(step.summary));
  if (summary === '') return tone(label);
  return tone(clip(said.named(label, summary)));
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function mark(step: DeploymentStep, colors: Colors): string {
  if (step.status === 'failed') return colors.red('✗');
  if (step.status === 'cancelled') return colors.yellow('-');
  return step.kind === 'undo' ? colors.magenta('↶') : colors.green('✓');
}
