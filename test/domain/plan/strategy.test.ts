import { expect, test } from 'vitest';
import type { App } from '../../../src/domain/app/app.js';
import type { Bind } from '../../../src/domain/app/address.js';
import type { Facts, NginxFacts } from '../../../src/domain/facts/facts.js';
import type { OwnEntry, OwnProgram, OwnUnit } from '../../../src/domain/keepers/keeper.js';
import { finder } from '../../../src/domain/findings/finder.js';
import { strategyFindings, strategyOf } from '../../../src/domain/plan/strategy.js';
import { makeApp } from '../make-app.js';
import { makeFacts, makeProcess, makeUnit } from '../make-facts.js';

const bind: Bind = { kind: 'port', port: 9999, from: 'nginx' };
const nginx: NginxFacts = {
  version: '1.22',
  running: true,
  changedSinceLoad: false,
  servers: [],
  leads: [
    { address: { kind: 'port', port: 9999 }, at: ['/etc/nginx/sites-enabled/words:14'], otherwise: [] },
  ],
};

interface Case {
  app?: Partial<App>;
  facts?: Partial<Facts>;
  nginx?: Partial<NginxFacts>;
  previous?: 'release' | 'adopt' | 'none';
  unit?: OwnUnit;
  program?: OwnProgram;
  entry?: OwnEntry;
  heeds?: string;
  release?: string;
  isBack?: boolean;
}

function seen({
  app,
  facts,
  nginx: more,
  unit,
  program,
  entry,
  heeds,
  previous = 'release',
  release = 'r',
  isBack = false,
}: Case = {}) {
  return {
    app: makeApp({ strategy: 'auto', drainSeconds: 30, ...app }),
    facts: makeFacts({ nginx: { ...nginx, ...more }, ...facts }),
    bind,
    front: { gates: [], urls: [], accessLogs: [] },
    stops: [
      {
        role: 'app',
        keeper: { kind: 'unit', unit: 'belay-words.service' },
        label: 'l',
        why: 'w',
        active: true,
      } as const,
    ],
    unit,
    program,
    entry,
    heeds,
    previous: { kind: previous },
    release,
    isBack,
  };
}

const system = makeFacts().system;
const program: OwnProgram = { program: 'words', config: '/c', command: '/s' };
const byItself: OwnProgram = { ...program, byItself: true };
const entry: OwnEntry = {
  entry: 'words',
  user: 'deploy',
  home: '/h',
  command: '/p',
  mode: 'fork',
  byItself: true,
};

test('a detour is taken where everything that it needs is certain', () => {
  expect(strategyOf(seen())).toMatchObject({
    takes: 'detour',
    why: expect.stringContaining('sites-enabled/words:14') as string,
  });
  expect(strategyOf(seen({ previous: 'adopt' }))).toMatchObject({ takes: 'detour' });
  expect(strategyOf(seen({ app: { manager: 'pm2' } }))).toMatchObject({ takes: 'detour' });
  expect(strategyOf(seen({ app: { program: 'words' } }))).toMatchObject({ takes: 'detour' });
  expect(strategyOf(seen({ app: { program: 'words', run: '' }, program: byItself }))).toMatchObject({
    takes: 'detour',
  });
  expect(strategyOf(seen({ app: { entry: 'words', run: 'serve 9999' }, entry }))).toMatchObject({
    takes: 'detour',
  });
  expect(strategyOf(seen({ isBack: true, app: { rehearse: false } }))).toMatchObject({ takes: 'detour' });
});

test.each<[string, Case]>([
  [
    '`strategy` is `restart` (`auto` leads visitors past the stop where it can)',
    { app: { strategy: 'restart' } },
  ],
  [
    '`strategy` is `restart` (`auto` leads visitors past the stop where it can)',
    { app: { strategy: undefined } },
  ],
  ['does not let two versions serve', { app: { detour: false } }],
  ['does not let two versions serve', { app: { detour: false, rehearse: false }, isBack: true }],
  ['must not run twice', { app: { rehearse: false } }],
  ['app.py names BELAY_REHEARSAL', { heeds: 'app.py' }],
  [
    'how a second copy of supervisor program words is started is not known',
    { app: { program: 'words', run: '' }, program },
  ],
  [
    'pm2 reloads the instances of words one after another',
    { app: { entry: 'words' }, entry: { ...entry, mode: 'cluster', reloads: true } },
  ],
  [
    '`run` names port 9999 itself',
    { app: { entry: 'words', run: 'serve 9999' }, entry: { ...entry, byItself: undefined } },
  ],
  [
    'what serves has PrivateTmp, which a second copy would not have',
    {
      app: { manager: 'pm2' },
      facts: {
        listeners: [{ protocol: 'tcp', address: '127.0.0.1', port: 9999, pids: [7] }],
        processes: [
          makeProcess(7, 'node server.js', {
            given: [{ what: 'hardening', name: 'PrivateTmp', now: 'yes', usual: '' }],
          }),
        ],
      },
    },
  ],
  ['nothing serves yet', { previous: 'none' }],
  ['moves what is shared', { previous: 'adopt', app: { shared: ['data'] } }],
  ['before belay', { isBack: true, release: '20261124T101500Z-adopted' }],
  ['root and systemd', { facts: { system: { ...system, root: false } } }],
  [
    'too little memory',
    {
      facts: {
        system: { ...system, memoryAvailableBytes: 4e8 },
        listeners: [{ protocol: 'tcp', address: '127.0.0.1', port: 9999, pids: [7, 8] }],
        processes: [7, 8].map((pid) => makeProcess(pid, 'gunicorn app:app', { residentPages: 50_000 })),
      },
    },
  ],
  ['too little memory', { facts: { system: { ...system, memoryAvailableBytes: 9e7 } } }],
  ['`run` names port 9999', { app: { run: 'gunicorn -b 127.0.0.1:9999 app:app' } }],
  [
    'words.service.d/limits.conf holds for the app’s own unit alone',
    {
      facts: {
        units: [
          makeUnit('belay-words.service', 'x', {
            dropIns: ['/etc/systemd/system/belay-words.service.d/limits.conf'],
          }),
        ],
      },
    },
  ],
  ['SELinux', { facts: { system: { ...system, selinux: true } } }],
  ['no nginx', { nginx: { running: false } }],
  ['read whole', { nginx: { error: 'e' } }],
  ['read whole', { nginx: { incomplete: 'i' } }],
  ['2 nginx run', { nginx: { masters: 2 } }],
  [
    'files of nginx’s configuration are newer than what nginx has loaded',
    { nginx: { changedSinceLoad: true } },
  ],
  [
    '/etc/nginx/conf.d/new.conf is newer than what nginx has loaded, and a reload would publish that',
    { nginx: { changedSinceLoad: true, newer: ['/etc/nginx/conf.d/new.conf'] } },
  ],
  [
    '/f0, /f1, /f2, /f3, /f4 and 2 more are newer than what nginx has loaded',
    { nginx: { changedSinceLoad: true, newer: [0, 1, 2, 3, 4, 5, 6].map((n) => `/f${n}`) } },
  ],
  ['does not name', { nginx: { leads: [] } }],
  [
    'in another way too (/x:1)',
    { nginx: { leads: nginx.leads?.map((lead) => ({ ...lead, otherwise: ['/x:1'] })) } },
  ],
  ['cannot be written', { nginx: { unwritable: ['/etc/nginx/sites-enabled/words'] } }],
])('else the app is restarted, and why is said: %s', (why, when) => {
  const strategy = strategyOf(seen(when));
  expect(strategy).toMatchObject({ takes: 'restart', why: expect.stringContaining(why) as string });
});

test('a detour that is named and cannot be had blocks', () => {
  const find = finder('web1');
  const named = seen({ app: { strategy: 'detour', detour: false } });
  strategyFindings(named, strategyOf(named), find);
  expect(find.found).toMatchObject([{ id: 'strategy.detour', severity: 'block' }]);
});

test('a detour that was given up blocks, and how to end it is told', () => {
  const find = finder('web1');
  const unit = 'belay-words.detour-back.service';
  const left = seen({ facts: { units: [makeUnit(unit, '/bin/sh undo-detour boot')] } });
  strategyFindings(left, strategyOf(left), find);
  expect(find.found).toMatchObject([
    { id: 'strategy.unfinished', severity: 'block', remedy: expect.stringContaining(unit) as string },
  ]);
});

test('nginx that cuts what is under way sooner than drain says is told', () => {
  const find = finder('web1');
  const short = seen({ nginx: { shutdownSeconds: 10 } });
  strategyFindings(short, strategyOf(short), find);
  expect(find.found).toMatchObject([{ id: 'nginx.shutdown-timeout', severity: 'warn' }]);
});

test('where nginx has a good answer without the app there is no detour, for only a stop tells the two apart', () => {
  const gate = { name: 'words.example.test', address: '127.0.0.1', port: 80, tls: false };
  const ask = { url: 'http://words.example.test/', gate };
  const led = (standsIn: object) => ({
    ...seen(),
    front: { gates: [gate], urls: [], accessLogs: [], asks: [{ ...ask, standsIn }] },
  });
  expect(strategyOf(led({ well: true }))).toMatchObject({
    takes: 'restart',
    why: expect.stringContaining('only a stop tells') as string,
  });
  expect(strategyOf(led({}))).toMatchObject({ takes: 'detour' });
});

test('where nginx leads elsewhere than the old version listens there is no detour, for the way back would lead to nobody', () => {
  const at = (port: number) => {
    const all = seen();
    return {
      ...all,
      stops: all.stops.map((stop) => ({
        ...stop,
        at: { kind: 'port' as const, port, from: 'what listens' },
      })),
    };
  };
  expect(strategyOf(at(9998))).toMatchObject({
    takes: 'restart',
    why: expect.stringContaining('where nginx leads') as string,
  });
  expect(strategyOf(at(9999))).toMatchObject({ takes: 'detour' });
});
