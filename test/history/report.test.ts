import { describe, expect, it } from 'vitest';
import { reportMarkdown } from '../../src/history/report.js';
import { plan } from '../workflows/fakes.js';
import { HistoryBuilder } from './builder.js';

const finding = {
  id: 'python.syntax' as const,
  severity: 'warn' as const,
  host: 'web1',
  message: 'a | b <script>',
  evidence: 'line 1\n```\n# not a heading of ours',
  remedy: 'mend it',
};

function rolledBack(): HistoryBuilder {
  const history = new HistoryBuilder().steps('inspect', 'upload');
  history.begin('plan').done(plan({ findings: [finding] }));
  history.signal('approve', { plan: plan().digest, by: 'ann@desk' }).steps('inspect');
  history.begin('plan').done(plan({ findings: [finding] }));
  history.steps('claim', 'stop', 'activate', 'start');
  history.begin('verify').failed('it answered 500', 'VerificationFailed');
  history.steps('takeBack', 'stopNew', 'restoreFiles', 'startOld', 'verifyOld', 'unstage', 'settle');
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

describe('the report', () => {
  const text = reportMarkdown(rolledBack().view(), 'http://ui.example.test/x');

  it('says in a table who, what, when and how long', () => {
    expect(text).toMatch(/^# Deployment of words on web1: rolled-back\n/);
    expect(text).toContain('| started | 2026-11-24 10:15:01 by kim@laptop |');
    expect(text).toMatch(/\| approved by \| ann@desk at 2026-11-24 10:15:\d\d \|/);
    expect(text).toContain('| downtime | 2.25 s |');
    expect(text).toContain('| web ui | http://ui.example.test/x |');
  });

  it('tells what happened in order: the plan before its approval, the failure before the way back', () => {
    const at = [
      'plan 1f0c9a2b1f0c',
      'approved by ann@desk',
      'verify: failed',
      'rolling back',
      'restore files: done',
    ].map((line) => text.indexOf(`| ${line}`));
    expect(at).not.toContain(-1);
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });

  it('names what was undone and what remains', () => {
    expect(text).toContain('- restore files: done (undid activate)');
    expect(text).toContain('## Remains to be done by hand\n\n- remove /srv/words.belay by hand');
  });

  it('quotes what came from a server so that it cannot become markup', () => {
    expect(text).toContain('a \\| b \\<script\\>');
    expect(text).toContain('  ````\n  line 1\n  ```\n  # not a heading of ours\n  ````');
  });

  it('can be written while the deployment goes on', () => {
    const going = reportMarkdown(new HistoryBuilder().steps('inspect').view(), null);
    expect(going).toMatch(/^# Deployment of words on web1: running\n/);
  });
});
