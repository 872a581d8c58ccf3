import { deploymentId, type DeploymentView } from '../../history/view.js';
import type { DeployResult } from '../../domain/runbook/outcome.js';
import type { Colors } from '../terminal/io.js';
import { harmed } from './outcome.js';
import { nextCommand } from './say.js';
import { clean, duration, oneLine } from '../../history/text.js';

/**
 * The last lines of a deployment: outcome, duration, id, Web UI link, and the next command to type.
 * @param named how it was named, where that was done
 */
export function summary(view: DeploymentView, ui: string | null, colors: Colors, named?: string): string[] {
  const row = (name: string, value: string) => `  ${colors.dim(name.padEnd(9))} ${value}`;
  const { result } = view;
  const next = nextCommand(view, named);
  return [
    headline(view, colors),
    ...(view.held === null ? [] : [row('held up', colors.yellow(oneLine(view.held)))]),
    ...(view.cause === null ? [] : inFull(view.cause, row)),
    ...(result === null || result.downtimeSeconds === 0 ? [] : [row('downtime', downtime(result))]),
    ...(result?.remains ?? []).map((text) => row('remains', colors.red(oneLine(text)))),
    ...(result === null
      ? harmed(view).map((label) => row('remains', colors.red(`${label} was not undone`)))
      : []),
    ...view.untold.map((text) => row('untold', colors.yellow(oneLine(text)))),
    row('id', deploymentId(view)),
    ...(ui === null ? [] : [row('web ui', colors.cyan(ui))]),
    ...(next === null ? [] : [row('next', colors.bold(next))]),
  ];
}

function downtime({ downtimeSeconds, outages }: DeployResult): string {
  const how = outages === undefined ? 'reckoned from the steps' : 'as nginx was asked meanwhile';
  return `${duration(downtimeSeconds)}, ${how}`;
}

/** A cause with the lines that it has, as those of a log. */
function inFull(cause: string, row: (name: string, value: string) => string): string[] {
  return cause
    .trim()
    .split('\n')
    .map((line, index) => (index === 0 ? row('cause', oneLine(line)) : row('', clean(line))));
}

function headline(view: DeploymentView, colors: Colors): string {
  const took = duration(((view.endedAt ?? Date.now()) - view.startedAt) / 1000);
  const app = `${oneLine(view.app)} on ${oneLine(view.host)}`;
  const serves = view.result?.serving ?? view.release;
  if (view.state !== 'closed') {
    const doing = {
      running: 'is running',
      'awaiting-approval': 'waits for approval',
      'rolling-back': 'is rolling back',
      'awaiting-operator': 'waits for an operator: the rollback is incomplete',
    }[view.state];
    const tone =
      view.state === 'running' ? colors.cyan : view.state === 'rolling-back' ? colors.magenta : colors.yellow;
    return tone(`${view.type} of ${app} ${doing}, for ${took} so far`);
  }
  if (view.type === 'plan' && view.outcome !== null) return planHeadline(view, took, colors);
  if (view.type === 'recover' && view.outcome !== null) return recoverHeadline(view, took, app, colors);
  switch (view.outcome) {
    case 'succeeded':
      return colors.green(`✓ succeeded in ${took}: ${app} serves ${oneLine(serves ?? 'the release')}`);
    case 'unchanged':
      return colors.green(`✓ unchanged, after ${took}: ${app} serves this version already`);
    case 'refused':
      return colors.red(`✗ refused after ${took}: ${app} is as it was`);
    case 'failed':
      return colors.red(`✗ failed after ${took}, before any change: ${app} is as it was`);
    case 'aborted':
      return colors.yellow(`- aborted after ${took}: ${app} is as it was`);
    case 'rolled-back':
      return colors.magenta(`↶ rolled back after ${took}: ${app} is as it was before`);
    case 'rollback-failed':
      return colors.red(`✗ rollback incomplete after ${took}: look at ${app} now`);
    case null:
      return colors.red(`✗ ${view.ended ?? 'ended'} after ${took}, without an outcome: look at ${app}`);
  }
}

function recoverHeadline(view: DeploymentView, took: string, app: string, colors: Colors): string {
  switch (view.outcome) {
    case 'succeeded':
      return colors.green(`✓ recovered in ${took}: the last good release of ${app} is back`);
    case 'unchanged':
      return colors.green(`✓ nothing to recover, after ${took}: ${app} is as it was`);
    case 'rollback-failed':
      return colors.red(`✗ recovery incomplete after ${took}: look at ${app} now`);
    default:
      return colors.red(
        `✗ recovery ${view.outcome ?? 'ended'} after ${took}, before any change: ${app} is as it was`,
      );
  }
}

function planHeadline(view: DeploymentView, took: string, colors: Colors): string {
  switch (view.outcome) {
    case 'succeeded':
      return colors.green(`✓ planned in ${took}: nothing stands in the way`);
    case 'unchanged':
      return colors.green(`✓ planned in ${took}: nothing would change`);
    case 'refused':
      return colors.red(`✗ planned in ${took}: a deployment would be refused`);
    default:
      return colors.red(`✗ planning failed after ${took}`);
  }
}
