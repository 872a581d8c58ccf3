import { changesBetween, type Change } from './changes.js';
import { messageText } from './message-text.js';
import { count, duration, shortDigest } from './text.js';
import type { DeploymentStep, DeploymentView } from './view.js';

/** What happened and when, milliseconds since the epoch: a line each, in order. */
export function timeline(view: DeploymentView): { at: number; text: string }[] {
  return changesBetween(null, view).flatMap((change) => {
    const text = textOf(change, view);
    return text === null ? [] : [{ at: change.at, text }];
  });
}

function textOf(change: Change, view: DeploymentView): string | null {
  switch (change.kind) {
    case 'start':
      return `${view.type} started by ${view.startedBy}`;
    case 'step-begin':
      return null;
    case 'step-retry':
      return `${change.step.label}: attempt ${change.step.attempts} failed, ${change.step.lastFailure?.message ?? ''}`;
    case 'step-end':
      return stepText(change.step);
    case 'plan':
      return `plan ${shortDigest(change.plan.digest)} with ${count(change.plan.findings.length, 'finding')}`;
    case 'message':
      return messageText(change.message);
    case 'state':
      return change.state === 'closed'
        ? (view.outcome ?? view.ended ?? 'ended')
        : change.state.replace('-', ' ');
  }
}

function stepText({ label, status, durationSeconds, attempts, lastFailure }: DeploymentStep): string {
  const took = `${duration(durationSeconds)}${attempts > 1 ? `, ${attempts} attempts` : ''}`;
  const why = status === 'failed' && lastFailure !== null ? `: ${lastFailure.message}` : '';
  return `${label}: ${status} (${took})${why}`;
}
