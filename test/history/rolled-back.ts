import type { Finding } from '../../src/domain/findings/finding.js';
import { plan } from '../workflows/fakes.js';
import { HistoryBuilder } from './builder.js';

const finding: Finding = {
  id: 'python.syntax',
  severity: 'warn',
  host: 'web1',
  message: 'a | b <script>',
  evidence: 'line 1\n```\n# not a heading of ours',
  remedy: 'mend it',
};

/** A deployment that was approved, failed when it was verified, and went back; then somebody asked for an abort, in vain. */
export function rolledBack(reason = 'too slow'): HistoryBuilder {
  const history = new HistoryBuilder().steps('inspect', 'upload');
  history.begin('plan').done(plan({ findings: [finding] }));
  history.signal('approve', { plan: plan().digest, by: 'ann@desk' }).steps('inspect');
  history.begin('plan').done(plan({ findings: [finding] }));
  history.steps('claim', 'stop', 'activate', 'start');
  history.begin('verify').failed('it answered 500', 'VerificationFailed');
  history.steps('takeBack', 'stopNew', 'restoreFiles', 'startOld', 'verifyOld', 'unstage', 'settle');
  history.signal('abort', { reason, by: 'kim@laptop' });
  return history.returns({
    outcome: 'rolled-back',
    cause: 'verify: it answered 500',
    serving: null,
    previous: '20261124T101400Z-adopted',
    port: 9999,
    findings: [finding],
    downtimeSeconds: 2.25,
    remains: ['remove /srv/words.belay by hand'],
  });
}
