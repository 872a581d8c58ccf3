import { senderText } from '../domain/runbook/approval.js';
import { blocking } from '../domain/findings/finding.js';
import type { Closed } from './close.js';
import type { DeploymentView } from './view.js';

/** The first cause of what went wrong, in a sentence; null where nothing did. */
export function causeOf(
  view: Pick<DeploymentView, 'result' | 'outcome' | 'plan' | 'steps' | 'messages'> & {
    closed: Closed | null;
  },
): string | null {
  const { result, outcome, closed } = view;
  if (result?.cause !== undefined) return result.cause;
  if (closed?.why !== undefined) return closed.why;
  if (outcome === 'refused') return refusal(view);
  if (outcome === 'aborted') return "approval's deadline went by";
  return closed === null ? causeSoFar(view) : null;
}

function refusal({ result, plan }: Pick<DeploymentView, 'result' | 'plan'>): string {
  const [first, ...others] = blocking(result?.findings ?? plan?.findings ?? []);
  if (first === undefined) return 'a finding blocks';
  return others.length === 0 ? first.message : `${first.message} (and ${others.length} more)`;
}

/** Before the workflow has spoken: what its history shows of why it turned back. */
function causeSoFar({ steps, messages }: Pick<DeploymentView, 'steps' | 'messages'>): string | null {
  const failed = steps.find((step) => step.kind !== 'undo' && step.status === 'failed');
  const aborted = messages.find(({ kind, counted }) => (kind === 'abort' || kind === 'cancel') && counted);
  if (aborted !== undefined && (failed?.endedAt ?? Infinity) > aborted.at) {
    return aborted.kind === 'cancel'
      ? 'cancelled in Temporal'
      : `aborted by ${senderText(aborted.by, aborted.proven)}: ${aborted.reason ?? 'no reason given'}`;
  }
  return failed === undefined ? null : `${failed.label}: ${failed.lastFailure?.message ?? 'failed'}`;
}
