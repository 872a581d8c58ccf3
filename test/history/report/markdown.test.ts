import { describe, expect, it } from 'vitest';
import { stepJson } from '../../../src/cli/output/outcome.js';
import { zh } from '../../../src/history/catalogue/zh.js';
import { reportMarkdown } from '../../../src/history/report/markdown.js';
import { HistoryBuilder } from '../builder.js';
import { rolledBack } from '../rolled-back.js';

describe('the report', () => {
  const text = reportMarkdown(rolledBack().view(), 'http://ui.example.test/x');

  it('says in a table who, what, when and how long', () => {
    expect(text).toMatch(/^# Deployment of words on web1: rolled-back\n/);
    expect(text).toContain('| started | 2026-11-24 10:15:01 by `kim@laptop` |');
    expect(text).toMatch(
      /\| approved by \| someone who says they are `ann@desk` at 2026-11-24 10:15:\d\d \|/,
    );
    expect(text).toContain(
      '| downtime | 2.25 s (reckoned from the steps, nginx could not be asked meanwhile) |',
    );
    expect(text).toContain('| web ui | http://ui.example.test/x |');
  });

  it('says when visitors were not served, where that was measured', () => {
    const { result, ...rest } = rolledBack().view();
    const at = Date.UTC(2026, 10, 24, 10, 15, 7, 300);
    const measured = { ...rest, result: result && { ...result, outages: [{ from: at, to: at + 1800 }] } };
    expect(reportMarkdown(measured, null)).toContain('| downtime | 2.25 s (10:15:07.3–10:15:09.1) |');
    const pages = [{ page: 'https://words.example.test/shop', from: at + 100, to: at + 1800 }];
    const told = { ...rest, result: result && { ...result, outages: [{ from: at, to: at + 1800, pages }] } };
    expect(reportMarkdown(told, null)).toContain(
      '| 10:15:07.4–10:15:09.1 | 1.7 s | `https://words.example.test/shop` |',
    );
  });

  it('tells what happened in order: the plan before its approval, the failure before the way back', () => {
    const at = [
      'plan 1f0c9a2b1f0c',
      'approved by someone who says they are `ann@desk`',
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

  it('has its own words in Chinese, and those of the server as they came', () => {
    const chinese = reportMarkdown(rolledBack().view(), null, zh);
    expect(chinese).toMatch(/^# web1 上 words 的部署：已回滚\n/);
    expect(chinese).toContain('| 停机时间 | 2.25 秒 (由步骤推算，其间无法询问 nginx) |');
    expect(chinese).toContain('| 批准人 | 自称 `ann@desk` 的人（2026-11-24 10:15:');
    expect(chinese).toContain('## 需要手工完成的事项\n\n- remove /srv/words.belay by hand');
    expect(chinese).toContain('- 恢复文件：完成（撤销了切换到新版本）');
    expect(chinese).toContain('## 原因\n\n验证：没有通过验证。原文：it answered 500\n');
    expect(chinese).toContain('`python.syntax` 一个 Python 文件有语法错误');
    expect(chinese).toContain('  原文：a \\| b \\<script\\> → mend it');
    expect(chinese).toContain('  处理办法：修正该文件');
  });

  it('tells what each step proved, which --json has too', () => {
    const history = new HistoryBuilder();
    history.begin('verify').done({ evidence: ['GET / → 200 in 5 ms, 3 in a row', 7, 'log: no exception'] });
    const view = history.view();
    const text = reportMarkdown(view, null);
    expect(text).toContain(
      '## Evidence\n\nverify\n\n```\nGET / → 200 in 5 ms, 3 in a row\nlog: no exception\n```\n',
    );
    expect(stepJson(view.steps[0] ?? expect.fail('no step')).evidence).toEqual([
      'GET / → 200 in 5 ms, 3 in a row',
      'log: no exception',
    ]);
  });

  it('quotes what a cause tells after its first line', () => {
    const history = new HistoryBuilder();
    history.begin('verify').failed('it answered 500.\nIts log:\n  | <b>Traceback</b>', 'VerificationFailed');
    expect(reportMarkdown(history.view(), null)).toContain(
      '## Cause\n\nverify: it answered 500.\n\n```\nIts log:\n  | <b>Traceback</b>\n```\n',
    );
  });
});
