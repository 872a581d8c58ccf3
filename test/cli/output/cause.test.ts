import { expect, it } from 'vitest';
import { endedStep } from '../../../src/cli/output/step.js';
import { say } from '../../../src/cli/output/say.js';
import { summary } from '../../../src/cli/output/summary.js';
import { paints } from '../../../src/cli/terminal/paint.js';
import { HistoryBuilder } from '../../history/builder.js';

const cause = `verify on web1: GET / answered 500.
Its log:
  | Traceback (most recent call last):
  |   File "app.py", line 1
  | KeyError: 'DATABASE'
Mend the page.`;

it('a cause stands in full once, with its lines; the step and the turn back say the first of them', () => {
  const history = new HistoryBuilder().steps('inspect', 'upload', 'claim', 'stop', 'activate', 'start');
  history.begin('verify').failed(cause, 'VerificationFailed');
  history.steps('takeBack', 'stopNew', 'restoreFiles', 'startOld', 'verifyOld', 'settle');
  const view = history
    .returns({
      outcome: 'rolled-back',
      cause: `verify: ${cause}`,
      serving: null,
      previous: null,
      port: 9999,
      findings: [],
      downtimeSeconds: 0,
      remains: [],
    })
    .view();
  const colors = paints(false);
  const failed = view.steps.find(({ name }) => name === 'verify');
  const before = [
    ...(failed === undefined ? [] : endedStep(failed, colors)),
    ...say({ kind: 'state', at: 0, state: 'rolling-back' }, view, colors),
  ].join('\n');
  expect(before.match(/GET \/ answered 500\. …/g)).toHaveLength(2);
  expect(before).not.toContain('KeyError');
  const end = summary(view, null, colors);
  expect(end.filter((line) => line.includes('|   File "app.py", line 1'))).toHaveLength(1);
  expect(end.filter((line) => line.includes("KeyError: 'DATABASE'"))).toHaveLength(1);
});
