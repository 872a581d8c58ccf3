import type { OutcomeKind } from '../../domain/runbook/outcome.js';
import type { ReleaseRecord } from '../../domain/app/release.js';
import { freeHost } from '../../host/door/fence.js';
import { addressOf, makeChange, oldBindOf } from '../change/make-change.js';
import { bindName } from '../../host/keepers/bind-name.js';
import { visitorsPageNames } from '../change/way-back-files.js';
import { failingOf } from '../../host/proof/visitors.js';
import type { Step } from '../runtime/dependencies.js';

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
    const { app, number, outcome, plan, reach } = input;
    const record = recorded[outcome];
    const output =
      record === undefined
        ? ''
        : await makeChange(hosts, 'settle', input, {
            script: 'settle',
            fields: { outcome: record },
            minutes: 2,
            // All that the door gives.
            kept: 16_384,
            remedy: 'It is tried again.',
          });
    await freeHost(await hosts.session(reach), { path: app.path, number });
    const failing = failingOf(output, visitorsPageNames(input));
    const holders = [...output.matchAll(/^held (.+)$/gm)].map(([, holder = '']) => holder.slice(0, 400));
    const at = oldBindOf(plan) ?? addressOf(input);
    return {
      ...(failing !== undefined && { failing }),
      ...(holders.length > 0 &&
        at !== null && { held: heldText(bindName(at), holders.slice(0, 5).join('; ')) }),
    };
  };

function heldText(address: string, holders: string): string {
  return `${address} is held by ${holders}: where that is not the old version, stop it, and whatever starts it again`;
}
