import { labelOf } from '../domain/runbook/labels.js';
import { en, type Words } from './catalogue/en.js';
import { changesBetween, type Change } from './changes.js';
import { messageText } from './message-text.js';
import { shortDigest } from './text.js';
import type { DeploymentStep, DeploymentView } from './view.js';

/** What happened and when, milliseconds since the epoch: a line each, in order. */
export function timeline(view: DeploymentView, words: Words = en): { at: number; text: string }[] {
  return changesBetween(null, view).flatMap((change) => {
    const text = textOf(change, view, words);
    return text === null ? [] : [{ at: change.at, text }];
  });
}

function textOf(change: Change, view: DeploymentView, words: Words): string | null {
  const { happened, ends } = words;
  switch (change.kind) {
    case 'start':
      return happened.start(view.type, view.startedBy);
    case 'step-begin':
      return null;
    case 'step-retry': {
      const { attempts, lastFailure } = change.step;
      return happened.retry(
        labelOf(change.step.name, words.lang),
        attempts,
        lastFailure === null ? '' : words.failure(lastFailure),
      );
    }
    case 'step-end':
      return stepText(change.step, words);
    case 'plan':
      return happened.plan(shortDigest(change.plan.digest), change.plan.findings.length);
    case 'message':
      return messageText(change.message, words);
    case 'held':
      return happened.held(words.say(change.why));
    case 'state':
      return change.state === 'closed'
        ? ends[view.outcome ?? view.ended ?? 'closed']
        : happened.state(ends[change.state]);
  }
}

function stepText(step: DeploymentStep, words: Words): string {
  const { status, durationSeconds, attempts, lastFailure } = step;
  const why = status === 'failed' && lastFailure !== null ? words.failure(lastFailure) : '';
  return words.happened.step(
    labelOf(step.name, words.lang),
    words.statuses[status],
    words.duration(durationSeconds),
    attempts,
    why,
  );
}
