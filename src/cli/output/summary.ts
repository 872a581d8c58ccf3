import { deploymentId, type DeploymentView } from '../../history/view.js';
import type { DeployResult } from '../../domain/runbook/outcome.js';
import type { Colors } from '../terminal/io.js';
import { en, type Speech } from './catalogue/en.js';
import { harmed } from './outcome.js';
import { padded } from './region.js';
import { nextCommand } from './say.js';
import { clean, oneLine } from '../../history/text.js';

/**
 * The last lines of a deployment: outcome, duration, id, Web UI link, and the next command to type.
 * @param named how it was named, where that was done
 */
export function summary(
  view: DeploymentView,
  ui: string | null,
  colors: Colors,
  named?: string,
  speech: Speech = en,
): string[] {
  const { words, summary: said } = speech;
  const row = (name: string, value: string) => `  ${colors.dim(padded(name, 9))} ${value}`;
  const { result } = view;
  const cause = words.cause(view);
  const next = nextCommand(view, named);
  return [
    headline(view, colors, speech),
    ...(view.held === null ? [] : [row(said.rows.held, colors.yellow(oneLine(words.say(view.held))))]),
    ...(cause === null ? [] : inFull(cause, (line, index) => row(index === 0 ? said.rows.cause : '', line))),
    ...(result === null || result.downtimeSeconds === 0
      ? []
      : [row(said.rows.downtime, downtime(result, speech))]),
    ...(result?.remains ?? []).map((text) => row(said.rows.remains, colors.red(oneLine(words.say(text))))),
    ...(result === null
      ? harmed(view, words.lang).map((label) => row(said.rows.remains, colors.red(said.notUndone(label))))
      : []),
    ...view.untold.map((text) => row(said.rows.untold, colors.yellow(oneLine(words.say(text))))),
    row(said.rows.id, deploymentId(view)),
    ...(ui === null ? [] : [row(said.rows.ui, colors.cyan(ui))]),
    ...(next === null ? [] : [row(said.rows.next, colors.bold(next))]),
  ];
}

function downtime({ downtimeSeconds, outages }: DeployResult, { duration, summary: said }: Speech): string {
  return said.downtime(duration(downtimeSeconds), outages !== undefined);
}

/** A cause with the lines that it has, as those of a log. */
function inFull(cause: string, row: (line: string, index: number) => string): string[] {
  return cause
    .trim()
    .split('\n')
    .map((line, index) => row(index === 0 ? oneLine(line) : clean(line), index));
}

function headline(view: DeploymentView, colors: Colors, speech: Speech): string {
  const { summary: said } = speech;
  const took = speech.duration(((view.endedAt ?? Date.now()) - view.startedAt) / 1000);
  const app = said.app(oneLine(view.app), oneLine(view.host));
  const serves = view.result?.serving ?? view.release;
  if (view.state !== 'closed') {
    const tone =
      view.state === 'running' ? colors.cyan : view.state === 'rolling-back' ? colors.magenta : colors.yellow;
    return tone(said.open(view.type, app, view.state, took));
  }
  if (view.type === 'plan' && view.outcome !== null) return planHeadline(view, took, colors, speech);
  if (view.type === 'recover' && view.outcome !== null)
    return recoverHeadline(view, took, app, colors, speech);
  switch (view.outcome) {
    case 'succeeded':
      if (view.type === 'eject') return colors.green(`✓ ${said.ejected(took, app)}`);
      return colors.green(`✓ ${said.succeeded(took, app, serves === null ? null : oneLine(serves))}`);
    case 'unchanged':
      return colors.green(`✓ ${said.unchanged(took, app)}`);
    case 'refused':
      return colors.red(`✗ ${said.refused(took, app)}`);
    case 'failed':
      return colors.red(`✗ ${said.failed(took, app)}`);
    case 'aborted':
      return colors.yellow(`- ${said.aborted(took, app)}`);
    case 'rolled-back':
      return colors.magenta(`↶ ${said.rolledBack(took, app)}`);
    case 'rollback-failed':
      return colors.red(`✗ ${said.incomplete(took, app)}`);
    case null:
      return colors.red(`✗ ${said.noOutcome(view.ended ?? 'closed', took, app)}`);
  }
}

function recoverHeadline(
  view: DeploymentView,
  took: string,
  app: string,
  colors: Colors,
  { summary: said }: Speech,
): string {
  switch (view.outcome) {
    case 'succeeded':
      return colors.green(`✓ ${said.recovered(took, app)}`);
    case 'unchanged':
      return colors.green(`✓ ${said.nothingToRecover(took, app)}`);
    case 'rollback-failed':
      return colors.red(`✗ ${said.recoveryIncomplete(took, app)}`);
    default:
      return colors.red(`✗ ${said.recoveryFailed(view.outcome, took, app)}`);
  }
}

function planHeadline(view: DeploymentView, took: string, colors: Colors, { summary: said }: Speech): string {
  switch (view.outcome) {
    case 'succeeded':
      return colors.green(`✓ ${said.planned(took)}`);
    case 'unchanged':
      return colors.green(`✓ ${said.plannedNothing(took)}`);
    case 'refused':
      return colors.red(`✗ ${said.plannedRefused(took)}`);
    default:
      return colors.red(`✗ ${said.planningFailed(took)}`);
  }
}
