import type { OutcomeKind } from '../domain/outcome.js';
import type { ReleaseRecord } from '../domain/release.js';
import { freeHost } from '../host/fence.js';
import { makeChange, managerOfChange } from './changing.js';
import type { Step } from './dependencies.js';

const recorded: Partial<Record<OutcomeKind, ReleaseRecord['outcome']>> = {
  succeeded: 'active',
  failed: 'failed',
  aborted: 'failed',
  'rolled-back': 'failed',
  'rollback-failed': 'failed',
};

/** Records the outcome in the release's own record, where that is still there, and frees the host. */
export const settle: Step<'settle'> =
  ({ hosts }) =>
  async (input) => {
    const { app, number, outcome, reach, release } = input;
    const record = recorded[outcome];
    if (record !== undefined) {
      await makeChange(hosts, 'settle', input, {
        script: 'settle',
        args: [app.path, release, record, ...(await managerOfChange(input).arguments())],
        minutes: 2,
        remedy: 'It is tried again.',
      });
    }
    await freeHost(await hosts.session(reach), { path: app.path, number });
  };
