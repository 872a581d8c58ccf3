import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Stop } from '../../src/domain/keepers/keeper.js';
import { findingCatalogue, type FindingId } from '../../src/domain/findings/catalogue.js';
import { besides } from '../../src/domain/runbook/besides.js';
import { failureTypes } from '../../src/domain/runbook/failure.js';
import { planActions } from '../../src/domain/plan/actions.js';
import { steps } from '../../src/domain/runbook/steps.js';
import { zh } from '../../src/history/catalogue/zh.js';
import { phrasebook } from '../../src/history/catalogue/phrases/phrasebook.js';
import { reportMarkdown } from '../../src/history/report/markdown.js';
import { makeApp } from '../domain/make-app.js';
import { plan } from '../workflows/fakes.js';
import { HistoryBuilder } from './builder.js';

const chinese = /\p{Script=Han}/u;
const kinds = Object.entries(findingCatalogue) as [FindingId, (typeof findingCatalogue)[FindingId]][];

test.each(kinds)('%s says in Chinese what it means and what to do', (id, kind) => {
  const told = zh.finding({ id, message: kind.means, remedy: kind.remedy });
  expect(told.message).toMatch(chinese);
  expect(told.remedy).toMatch(chinese);
  expect(told.original).toBe('');
  // What can be typed is no less than in English.
  const typed = (text: string) => new Set(text.match(/`[^`]+`/g));
  expect(
    [...typed(kind.means + kind.remedy)].filter((code) => !(told.message + told.remedy).includes(code)),
  ).toEqual([]);
});

test('what a finding names besides is quoted as it came', () => {
  const message = 'Only 1.2 GB are free on /srv.';
  const told = zh.finding({ id: 'disk.low', message, remedy: '' });
  expect(told).toEqual({
    message: expect.stringMatching(chinese) as string,
    original: `原文：${message}`,
    remedy: '',
  });
  const other = { id: 'made.up' as FindingId, message: 'a', remedy: 'b' };
  expect(zh.finding(other)).toEqual({ message: 'a', original: '', remedy: 'b' });
});

test('every label and every type of failure has its words', () => {
  for (const label of [...Object.values(steps).map((step) => step.label), ...Object.values(besides)])
    expect(label.zh).toMatch(chinese);
  for (const type of Object.values(failureTypes)) {
    const said = zh.failure({ type, message: 'connect ECONNREFUSED 192.0.2.7:22' });
    expect(said).toMatch(chinese);
    expect(said).toContain('connect ECONNREFUSED 192.0.2.7:22');
  }
});

const stop = (role: Stop['role'], keeper: Stop['keeper'], label: string, why: string, active: boolean) =>
  ({ role, keeper, label, why, active }) as Stop;

const stops = [true, false].flatMap((active) => [
  stop(
    'conflict',
    { kind: 'unit' } as Stop['keeper'],
    'unit old.service',
    'listens on 127.0.0.1:9999',
    active,
  ),
  stop(
    'conflict',
    { kind: 'pm2' } as Stop['keeper'],
    'pm2 entry shop (id 0) of deploy',
    'has the app’s port: /x.js',
    active,
  ),
  stop(
    'conflict',
    { kind: 'supervisor' } as Stop['keeper'],
    'supervisor program blog',
    'names the app’s folder in /etc/supervisor/blog.conf: run me',
    active,
  ),
  stop(
    'conflict',
    { kind: 'cron' } as Stop['keeper'],
    'line 3 of /etc/crontab',
    'would start a server of the app: @reboot me',
    active,
  ),
  stop(
    'conflict',
    { kind: 'none' } as Stop['keeper'],
    'process node (pid 7) of ann',
    'starts old.service',
    active,
  ),
  stop('app', { kind: 'unit' } as Stop['keeper'], 'unit words.service', 'w', active),
]);

const full = makeApp({
  build: ['make it'],
  checks: { local: [], host: ['check it'] },
  hooks: { release: ['migrate'], before: ['before it'], after: ['after it'] },
  shared: ['data'],
  strategy: 'auto',
  rehearse: true,
  soakSeconds: 30,
  drainSeconds: 20,
  deadmanSeconds: 90,
  verify: {
    internal: ['/'],
    external: ['https://words.example.test/'],
    browser: [{ url: 'https://b.example.test/' }],
    commands: ['curl -f x'],
  },
});

const decided = {
  app: full,
  release: '20261124T101500Z-1f0c9a2b',
  bind: { kind: 'port', port: 9999, from: 'belay.yml' },
  user: 'www-data',
  unarmed: false,
  previous: { kind: 'adopt', release: '20261124T101400Z-adopted' },
  strategy: { takes: 'restart', why: 'nothing serves yet' },
  stops,
  hostOnly: [{ path: 'venv/', size: 1, modified: 1, fate: 'dependencies' }],
  isBack: false,
} satisfies Parameters<typeof planActions>[0];

const pm2 = { user: 'deploy', home: '/home/deploy/.pm2', runs: false } as NonNullable<
  Parameters<typeof planActions>[0]['pm2']
>;

test.each<[string, Parameters<typeof planActions>[0]]>([
  ['a first deployment', decided],
  ['a later one', { ...decided, previous: { kind: 'release', release: 'r1' } }],
  [
    'onto nothing, on a socket',
    { ...decided, previous: { kind: 'none' }, bind: { kind: 'socket', path: '/run/w.sock', from: 'nginx' } },
  ],
  [
    'a detour',
    {
      ...decided,
      strategy: {
        takes: 'detour',
        why: 'nginx leads to the app from /etc/nginx/a:1, /etc/nginx/b:2, and nothing keeps it from leading to a spare address meanwhile',
      },
    },
  ],
  ['with pm2', { ...decided, app: { ...full, manager: 'pm2' }, pm2 }],
  ['a rollback', { ...decided, isBack: true, bind: null }],
])('every sentence of a plan is in Chinese, with all that it names: %s', (_, given) => {
  for (const action of planActions(given)) {
    const said = zh.action(action);
    expect(said, action).toMatch(chinese);
    // Nothing of English is left but what is code, a name, or a path.
    expect(
      said.replace(/`[^`]*`|make it|check it|run me|@reboot me|before it|after it|curl -f x/g, ''),
    ).not.toMatch(/\b(?:the|of|on|which|release|listens|names|folder|stop|start|with)\b/);
    for (const name of action.match(/[\w./-]*[\d/][\w./-]*/g) ?? []) expect(said).toContain(name);
  }
});

test('whatever a workflow says of a step is in the book', () => {
  const files = readdirSync('src/workflows', { recursive: true, encoding: 'utf8' })
    // Of no deployment: no view has them.
    .filter((file) => !/^(?:healthWatch|inspect|releases|notify|people\/notices)\.ts$/.test(file))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(`src/workflows/${file}`, 'utf8'));
  const summaries = files.flatMap((text) =>
    [...text.matchAll(/\btake\(\s*'\w+',\s*(?:'([^']+)'|"([^"]+)"|`([^`]+)`)/g)].map(
      ([, plain, double, template]) => plain ?? double ?? template ?? '',
    ),
  );
  expect(summaries.length).toBeGreaterThan(20);
  for (const summary of summaries) {
    const filled = summary
      .replace('${expectation(plan)}', 'from belay.yml')
      .replace(/\$\{counted\([^}]*\}/, '2 conflicts')
      .replace(/\$\{[^}]*\}/g, 'x1');
    expect(zh.summary(filled), filled).toMatch(chinese);
  }
});

test('a cause names the step and what its failure means, and keeps what a server said', () => {
  const history = new HistoryBuilder();
  history
    .begin('verify')
    .failed(
      'asking the app itself: GET / answered 500.\nIts log:\n  | Traceback\nMend what its log says, and deploy again.',
      'VerificationFailed',
    );
  const text = reportMarkdown(history.view(), null, zh);
  expect(text).toContain(
    '## 原因\n\n验证：直接访问应用：GET / answered 500。\n\n```\n它的日志：\n  | Traceback\n请修正日志所说的问题，然后重新部署。\n```',
  );
});

test('a refusal says in Chinese why, and in the original what exactly', () => {
  const history = new HistoryBuilder();
  const finding = {
    id: 'port.unknown',
    severity: 'block',
    host: 'web1',
    message: 'nginx on web1 leads nowhere near /srv/words.',
    evidence: '',
    remedy: 'Give the port in belay.yml: `port: 9999`.',
  } as const;
  history.begin('plan').done(plan({ findings: [finding], actions: ['Watch it for 30 s'] }));
  const view = history
    .returns({
      outcome: 'refused',
      serving: null,
      previous: null,
      port: null,
      findings: [finding],
      downtimeSeconds: 0,
      remains: [],
    })
    .view();
  const text = reportMarkdown(view, null, zh);
  expect(text).toContain('## 原因\n\n无法判断应用该监听哪里');
  expect(text).toContain('原文：nginx on web1 leads nowhere near /srv/words.');
  expect(text).toContain('处理办法：在 belay.yml 里写明端口');
  expect(text).toContain('1. 观察 30 秒');
});

test('a book says again whatever stands in its gaps, and takes no longer for a long text', () => {
  const book = phrasebook([
    ['stop [what], because {why}', '停止[what]：{why}'],
    ['ask <pages>', '访问 <pages>'],
    ['unit {name}', '单元 {name}'],
  ]);
  expect(book('stop unit a, because unit b, because c')).toBe('停止单元 a：unit b, because c');
  expect(book('ask unit a, /b')).toBe('访问 单元 a, /b');
  expect(book('unit ')).toBe(null);
  // What a gap holds is parted from the Chinese around it by a blank, where it is not Chinese itself.
  const at = phrasebook([
    ['Start it on [address], as it was', '按原样在[address]上启动'],
    ['port {port}', '端口 {port}'],
    ['a spare socket', '备用 socket'],
    ['an unknown address', '未知地址'],
  ]);
  expect(at('Start it on port 9999, as it was')).toBe('按原样在端口 9999 上启动');
  expect(at('Start it on /run/words.sock, as it was')).toBe('按原样在/run/words.sock 上启动');
  expect(at('Start it on an unknown address, as it was')).toBe('按原样在未知地址上启动');
  expect(book(`stop ${', becaus'.repeat(200_000)}`)).toBe(null);
});
