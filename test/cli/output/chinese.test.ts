import { expect, it, test } from 'vitest';
import { outcomeJson } from '../../../src/cli/output/outcome.js';
import { planText } from '../../../src/cli/output/plan.js';
import { linesRenderer } from '../../../src/cli/output/lines.js';
import { zh } from '../../../src/cli/output/catalogue/zh.js';
import { summary } from '../../../src/cli/output/summary.js';
import type { Io } from '../../../src/cli/terminal/io.js';
import { languageOf } from '../../../src/cli/terminal/language.js';
import { paints } from '../../../src/cli/terminal/paint.js';
import type { DeploymentView } from '../../../src/history/view.js';
import { rolledBack } from '../../history/rolled-back.js';
import { plan } from '../../workflows/fakes.js';

const plain = paints(false);
const chinese = /\p{Script=Han}/u;

/** What `watch` writes on stderr of a deployment that is over. */
function watched(env: NodeJS.ProcessEnv): string {
  let written = '';
  const io = {
    env,
    colors: { stderr: plain },
    stderr: (text: string) => void (written += text),
  } as unknown as Io;
  linesRenderer(io, { plan: true }).show({
    view: rolledBack().view(),
    waiting: null,
    client: undefined as never,
  });
  return written;
}

it('a deployment is told in Chinese from its start to its end', () => {
  const told = watched({ BELAY_LANG: 'zh_CN.UTF-8' });
  expect(told).toContain('部署 words，服务器 web1，版本 20261124T101500Z-aaaaaaaa\n');
  expect(told).toContain('… 验证：开始\n');
  expect(told).toContain('✗ 验证  2.0 秒\n  没有通过验证。原文：it answered 500 (VerificationFailed)\n');
  expect(told).toContain('↶ 正在回滚，原因：验证：没有通过验证。原文：it answered 500\n');
  expect(told).toContain('» 自称 kim@laptop 的人 要求中止：too slow；未生效：当时已经在回退\n');
  expect(told).toContain('  ! python.syntax  一个 Python 文件有语法错误');
  expect(told).toContain('      原文：a | b <script> → mend it\n');
  expect(told).toContain('    → 修正该文件');
  for (const line of told.split('\n').filter((each) => /^[✗↶»…✓]/.test(each))) expect(line).toMatch(chinese);
  expect(watched({})).toContain('… verify begins\n');
});

it('the plan has Chinese headings, sentences and columns that stand below one another', () => {
  const text = planText(
    plan({
      actions: ['Watch it for 30 s', 'Make /srv/words a link to release r2'],
      previous: { kind: 'release', release: 'r1' },
      baseline: [{ url: 'http://127.0.0.1:9999/', status: 200 }],
      hostOnly: [{ path: 'notes.txt', size: 12, modified: 0, fate: 'uncovered' }],
    }),
    'words',
    plain,
    zh,
  );
  expect(text).toEqual(
    expect.arrayContaining([
      '现状',
      '  1. 观察 30 秒',
      '  2. 让 /srv/words 成为指向版本 r2 的链接',
      '回退目标',
      '  版本 r1',
    ]),
  );
  expect(text).toContain('  运行用户  www-data');
  expect(text).toContain('  应答      http://127.0.0.1:9999/ → 200');
  expect(text).toContain('  notes.txt  12 B  没有安排：请写到 shared 或 discard 下');
});

const outcomes = [
  'succeeded',
  'unchanged',
  'refused',
  'failed',
  'aborted',
  'rolled-back',
  'rollback-failed',
  null,
] as const;
const types = ['deploy', 'plan', 'rollback', 'recover'] as const;

test.each(types.flatMap((type) => outcomes.map((outcome) => [type, outcome] as const)))(
  'the last lines of %s: %s are Chinese, with the command to type next as it is',
  (type, outcome) => {
    const view: DeploymentView = { ...rolledBack().view(), type, outcome };
    const [headline = '', ...rows] = summary(view, 'http://ui.example.test/x', plain, undefined, zh);
    expect(headline).toMatch(chinese);
    expect(headline).not.toMatch(/\b(?:after|in|of|is|was)\b/);
    expect(rows).toContain('  停机时间  2.3 秒（由步骤推算）');
    for (const row of rows.filter((each) => each.startsWith('  ') && !each.startsWith('   ')))
      expect(row).toMatch(/^ {2}\p{Script=Han}/u);
    if (type === 'deploy' && outcome === 'rolled-back')
      expect(rows.at(-1)).toBe('  下一步    belay report words/production/web1');
  },
);

it.each(['running', 'awaiting-approval', 'rolling-back', 'awaiting-operator'] as const)(
  'so is one that is %s',
  (state) => {
    const view: DeploymentView = { ...rolledBack().view(), state, outcome: null };
    expect(summary(view, null, plain, undefined, zh)[0]).toMatch(/^web1 上的 words：部署\p{Script=Han}/u);
  },
);

it('what programs read stays English', () => {
  expect(JSON.stringify(outcomeJson(rolledBack().view(), null))).not.toMatch(chinese);
});

it.each(['zh', 'zh_CN', 'zh_CN.UTF-8', 'zh-Hans', 'ZH'])('BELAY_LANG=%s is Chinese', (named) => {
  expect(languageOf({ BELAY_LANG: named })).toBe('zh');
});

it('only BELAY_LANG counts, and one that is not known is refused by name', () => {
  expect(languageOf({ LANG: 'zh_CN.UTF-8', LC_ALL: 'zh_CN.UTF-8' })).toBe('en');
  expect(languageOf({ BELAY_LANG: '' })).toBe('en');
  expect(() => languageOf({ BELAY_LANG: 'fr_FR' })).toThrow(
    /BELAY_LANG: expected one of en, zh .*, got fr_FR/,
  );
});
