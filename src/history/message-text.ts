import { oneLine, shortDigest } from './text.js';
import type { Message } from './view.js';

/** What somebody told the deployment, and whether it had an effect. */
export function messageText(message: Message): string {
  const said = {
    approve: 'approved',
    abort: 'abort asked for',
    cancel: 'cancelled in Temporal',
    'retry-rollback': 'told to retry the rollback',
    'give-up': 'told to give up',
  }[message.kind];
  const plan = message.plan === null ? '' : ` (plan ${shortDigest(message.plan)})`;
  const reason = message.reason === null ? '' : `: ${oneLine(message.reason)}`;
  const effect = message.counted ? '' : `; changed nothing: ${oneLine(message.note ?? '')}`;
  return `${said} by ${oneLine(message.by) || 'somebody'}${plan}${reason}${effect}`;
}
