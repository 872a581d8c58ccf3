import { describe, expect, it } from 'vitest';
import { en } from '../../../src/history/catalogue/en.js';
import { zh } from '../../../src/history/catalogue/zh.js';
import { outagesOf } from '../../../src/history/outages.js';
import { reportHtml } from '../../../src/history/report/html.js';
import { deployInput, plan } from '../../workflows/fakes.js';
import { HistoryBuilder } from '../builder.js';
import { rolledBack } from '../rolled-back.js';

const nasty = `"'><script>alert(1)</script><img src=x onerror=alert(1)>\u001b]0;x\u0007\u202eabc`;

describe('the report as HTML', () => {
  const html = reportHtml(rolledBack().view(), 'http://ui.example.test/x');

  it('says who, what, when and how long, and what happened in order', () => {
    expect(html).toContain('<h1>Deployment of words on web1: rolled-back</h1>');
    expect(html).toContain(
      '<dt>downtime</dt><dd>2.25 s (reckoned from the steps, nginx could not be asked meanwhile)</dd>',
    );
    expect(html).toContain('<dd><a href="http://ui.example.test/x">http://ui.example.test/x</a></dd>');
    const at = [
      'plan 1f0c9a2b1f0c',
      'approved by someone who says they are ann@desk',
      'verify: failed',
      'restore files: done',
    ].map((line) => html.indexOf(`<td>${line}`));
    expect(at).not.toContain(-1);
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });

  it('has a bar for each step, failed ones and the way back told apart', () => {
    const bars = [
      ...html.matchAll(/<rect class="bar (?!down)(\w+)" x="([\d.]+)%" y="\d+" width="([\d.]+)%"/g),
    ];
    expect(bars.map(([, kind]) => kind)).toEqual([
      ...['look', 'look', 'look', 'look', 'look', 'change', 'change', 'change', 'change', 'failed'],
      ...['undo', 'undo', 'undo', 'undo', 'undo', 'undo', 'change'],
    ]);
    for (const [, , from, width] of bars) expect(Number(from) + Number(width)).toBeLessThanOrEqual(100.01);
    const starts = bars.map(([, , from]) => Number(from));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });

  it('cuts a long wait short, and says how long it was', () => {
    const history = new HistoryBuilder().steps('inspect');
    history.wait(7200);
    const waited = reportHtml(history.steps('claim', 'stop').view(), null);
    expect(waited).toMatch(
      /<rect class="wait" x="[\d.]+%" y="\d+" width="5%" height="\d+"><title>2 h of waiting/,
    );
  });

  it('asks for nothing from anywhere, and runs nothing', () => {
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'`);
    expect(html).not.toMatch(/<(script|link|img|iframe|object)\b|@import|url\(|\son\w+=/i);
  });

  it('turns nothing that came from elsewhere into markup', () => {
    const input = { ...deployInput(), startedBy: nasty };
    input.app = { ...input.app, name: nasty, environment: nasty };
    input.reach = { alias: nasty };
    const finding = {
      id: nasty,
      severity: 'block',
      host: nasty,
      message: nasty,
      evidence: nasty,
      remedy: nasty,
    };
    const history = new HistoryBuilder('deploy', input);
    history
      .begin('plan')
      .done(plan({ release: nasty, user: nasty, actions: [nasty], findings: [finding as never] }));
    history.signal('approve', { plan: plan().digest, by: nasty });
    history.signal('abort', { reason: nasty, by: nasty });
    history.begin(nasty, nasty).failed(`${nasty}\n${nasty}`, nasty);
    const text = reportHtml(
      history
        .returns({
          outcome: 'aborted',
          cause: nasty,
          findings: [finding],
          downtimeSeconds: 0,
          remains: [nasty],
        })
        .view(),
      `javascript:alert(1)//${nasty}`,
    );
    expect(text.split('&lt;script&gt;alert(1)').length).toBeGreaterThan(15);
    expect(text).not.toMatch(/<(script|img)\b/i);
    expect(text).not.toContain('href="javascript');
    for (const character of '\u001b\u0007\u202e') expect(text).not.toContain(character);
    // Every quote that a text brought is told as text.
    for (const [tag] of text.matchAll(/<[a-z][^>]*>/g)) expect(tag).not.toContain('alert');
  });

  it('shows when the site did not serve: from the stop to the start of what was then proved', () => {
    const view = rolledBack().view();
    const at = (name: string) => view.steps.findLast((step) => step.name === name);
    expect(outagesOf(view)).toEqual([{ from: at('stop')?.startedAt, to: at('startOld')?.endedAt }]);
    expect(reportHtml(view, null)).toMatch(/the site<\/text>.*without it<\/text>/s);
    const unharmed = new HistoryBuilder().steps('inspect').view();
    expect(reportHtml(unharmed, null)).toContain('no outage');
  });

  it('is written in Chinese where that is asked for', () => {
    const chinese = reportHtml(rolledBack().view(), null, zh);
    expect(chinese).toContain('<html lang="zh">');
    expect(chinese).toContain('<h1>web1 上 words 的部署：已回滚</h1>');
    expect(chinese).toContain('<h2>时间线</h2>');
    // None of the English words is left, but for those that history has.
    for (const word of Object.values(en.sections)) expect(chinese).not.toContain(`<h2>${word}</h2>`);
    for (const word of Object.values(en.facts)) expect(chinese).not.toContain(`<dt>${word}</dt>`);
  });
});
