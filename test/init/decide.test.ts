import { describe, expect, it } from 'vitest';
import { environmentOf, type Environment } from '../../src/domain/environment/environment.js';
import { decide } from '../../src/init/decide.js';
import type { Decided, Question, Said } from '../../src/init/decision.js';
import { detectFramework } from '../../src/init/framework.js';
import { appName, type SourceView } from '../../src/init/source.js';
import { appsSurvey } from '../fixtures/facts/load.js';
import { port } from '../domain/make-backend.js';
import { makeListener, makeNginx, makeProcess, makeServer, makeUnit } from '../domain/make-facts.js';
import { django, express, fastapi, flask, makeSource, pages, unknown } from './sources.js';

const survey = appsSurvey();
const apps = environmentOf(survey, 'apps');

function decision(source: SourceView, said: Said = {}, environment: Environment = apps) {
  return decide(environment, source, detectFramework(source), said, appName(source));
}

function decided(...args: Parameters<typeof decision>): Decided {
  const made = decision(...args);
  if ('question' in made) throw new Error(`a question: ${made.question.text}`);
  return made.decided;
}

function asked(...args: Parameters<typeof decision>): Question {
  const made = decision(...args);
  if ('decided' in made) throw new Error(`no question, but ${JSON.stringify(made.decided)}`);
  return made.question;
}

const values = ({ path, run, user, site, port: number, external, envFile }: Decided) => [
  path.value,
  run?.value,
  user?.value,
  site?.value,
  number?.value,
  external?.value,
  envFile?.value,
];

describe('a server on which it runs', () => {
  it('Django behind a socket, in a venv of its own, with an EnvironmentFile', () => {
    const shop = decided(django);
    expect(values(shop)).toEqual([
      '/srv/shop',
      'gunicorn --workers 2 --bind {bind} shop.wsgi:application',
      'shop',
      'shop.example.test',
      'auto',
      'https://shop.example.test/',
      '/etc/shop.env',
    ]);
    expect(shop.variables).toEqual(['DATABASE_PASSWORD']);
    expect(shop.path.from).toBe(
      'the process on /run/shop/shop.sock works there; 9 of this source’s 9 upper names lie there',
    );
    expect(shop.site?.from).toBe('nginx, /etc/nginx/sites-enabled/apps:9');
    expect(shop.keptBy).toBe('unit shop.service, Restart=on-failure');
  });

  it('FastAPI under a location, without TLS', () => {
    expect(values(decided(fastapi))).toEqual([
      '/srv/api',
      '/opt/api-venv/bin/uvicorn app.main:app --host 127.0.0.1 --port {port} --workers 2',
      'www-data',
      'api.example.test/v1',
      'auto',
      undefined,
      undefined,
    ]);
  });

  it('Express under pm2; a secret in its arguments is not copied', () => {
    expect(decided(express, { run: 'node server.js' }).path.value).toBe('/srv/chat');
    // pm2 was given --key, whose value stays on the server: what the source says is taken.
    expect(values(decided(express))).toEqual([
      '/srv/chat',
      'node server.js',
      'root',
      'chat.example.test',
      'auto',
      'http://chat.example.test/',
      undefined,
    ]);
  });

  it('the entry of pm2’s cluster that has the port, not another app nor the daemon, which holds the socket', () => {
    const entry = (id: number, name: string, number: string) => ({
      id,
      name,
      status: 'online',
      pid: 50 + id,
      script: `/srv/${name}/server.js`,
      args: [],
      cwd: `/srv/${name}`,
      mode: 'cluster' as const,
      restarts: 0,
      port: number,
    });
    const entries = [entry(0, 'other', '3001'), entry(1, 'chat', '3002'), entry(2, 'chat', '3002')];
    const daemon = { user: 'deploy', home: '/home/deploy/.pm2', daemonPid: 40, command: 'pm2' };
    const environment = environmentOf(
      {
        ...survey,
        units: [],
        nginx: makeNginx(makeServer('chat.example.test', [port(3002)])),
        listeners: [makeListener(3001, [40], '::'), makeListener(3002, [40], '::')],
        pm2: [{ ...daemon, entries, dumpMatches: true }],
        // It was first started for the other app, and works in its folder since.
        processes: [
          makeProcess(40, 'PM2 v5.3.0: God Daemon (/home/deploy/.pm2)', {
            cwd: '/srv/other',
            user: 'deploy',
          }),
          ...entries.map(({ pid, script, cwd }) =>
            makeProcess(pid, `node ${script}`, { cwd, user: 'deploy' }),
          ),
        ],
      },
      'apps',
    );
    const { path, run, user, site } = decided(express, {}, environment);
    expect([path.value, run?.value, user?.value, site?.value]).toEqual([
      '/srv/chat',
      'node server.js',
      'deploy',
      'chat.example.test',
    ]);
  });

  it('pages that nginx serves itself', () => {
    const site = decided(pages);
    expect(site.kind).toEqual({
      value: 'files',
      from: 'nginx, /etc/nginx/sites-enabled/apps:22: its root lies there, and nothing of it runs',
    });
    expect(values(site)).toEqual([
      '/srv/pages',
      undefined,
      undefined,
      undefined,
      undefined,
      'https://pages.example.test/',
      undefined,
    ]);
    expect(site.external?.from).toBe('nginx, /etc/nginx/sites-enabled/apps:22: its root lies there');
  });

  it('is an app with a process where a person says how it is started, or the source has a server of its own', () => {
    expect(decided(pages, { run: './serve {port}' })).toMatchObject({
      kind: null,
      run: { value: './serve {port}' },
      port: { value: 8001 },
      external: { value: 'https://pages.example.test/' },
    });
    const shop = makeSource('pages', Object.fromEntries(django.texts), ...pages.files);
    expect(decided(shop, { path: '/srv/pages' })).toMatchObject({
      kind: null,
      run: { from: expect.stringContaining('Django') as string },
    });
  });

  it('a built front end whose API, a part of the site, another app answers', () => {
    const nginx = survey.nginx ?? makeNginx();
    const api = { modifier: '' as const, pattern: '/api/', backends: [port(8000)], where: 'x:1' };
    const servers = nginx.servers.map((server) =>
      server.names.includes('pages.example.test')
        ? { ...server, locations: [...server.locations, api] }
        : server,
    );
    const environment = environmentOf({ ...survey, nginx: { ...nginx, servers } }, 'apps');
    expect(decided(pages, {}, environment).kind?.value).toBe('files');
  });

  it('a part of the source, which works in a folder of its own', () => {
    const mono = makeSource(
      'mono',
      {},
      'web/index.html',
      'api/app/main.py',
      'api/app/__init__.py',
      'api/requirements.txt',
    );
    const moved = JSON.parse(JSON.stringify(survey).replaceAll('/srv/api', '/srv/mono/api')) as typeof survey;
    const { path, run } = decided(mono, {}, environmentOf(moved, 'apps'));
    expect(path.value).toBe('/srv/mono');
    expect(run?.value).toBe(
      "sh -c 'cd api && exec /opt/api-venv/bin/uvicorn app.main:app --host 127.0.0.1 --port {port} --workers 2'",
    );
  });
});

describe('what the evidence leaves open', () => {
  it('is asked, with what works on the server and a likely new place', () => {
    const question = asked(flask);
    expect(question).toMatchObject({ about: 'path', otherwise: '/srv/word-counter' });
    expect(question.choices.map(({ value }) => value)).toEqual(['/srv/api', '/srv/chat', '/srv/shop']);
  });

  it('a new place: the start command comes from the source, the port from the way nginx keeps open', () => {
    const first = ['/srv/words', 'gunicorn -b {bind} app:app', 'www-data'];
    expect(values(decided(flask, { path: '/srv/words' }))).toEqual([
      ...first,
      undefined,
      8001,
      undefined,
      undefined,
    ]);
    expect(values(decided(flask, { path: '/srv/words', site: 'api.example.test/old' }))).toEqual([
      ...first,
      'api.example.test/old',
      'auto',
      undefined,
      undefined,
    ]);
  });

  it('a command, where neither source nor server says', () => {
    expect(asked(unknown, { path: '/srv/thing' })).toMatchObject({ about: 'run', choices: [] });
    expect(decided(unknown, { path: '/srv/thing', run: './thing --port {port}' }).run).toEqual({
      value: './thing --port {port}',
      from: 'as you said',
    });
  });

  const twins = (copies: boolean) => {
    const names = ['app.py', 'counting.py', 'templates/', 'templates/index.html'];
    const folder = (path: string) => ({
      folder: path,
      entries: names.map((name) => ({ path: name, size: 1 })),
    });
    return environmentOf(
      {
        ...survey,
        folders: [folder('/srv/words'), folder('/srv/words-staging')],
        listeners: [makeListener(9999, [7]), ...(copies ? [makeListener(9998, [8])] : [])],
        processes: [
          makeProcess(7, 'gunicorn -b 127.0.0.1:9999 app:app'),
          makeProcess(8, 'gunicorn -b 127.0.0.1:9998 app:app', { cwd: '/srv/words-staging' }),
        ],
        nginx: makeNginx(
          makeServer('words.example.test', [port(9999)]),
          makeServer('staging.example.test', [port(9998)]),
        ),
        units: [],
        pm2: [],
        cron: [],
      },
      'web1',
    );
  };

  it('two folders that look alike, where both serve; where one does, it is that', () => {
    expect(asked(flask, {}, twins(true))).toMatchObject({
      about: 'path',
      choices: [{ value: '/srv/words' }, { value: '/srv/words-staging' }],
    });
    expect(values(decided(flask, {}, twins(false))).slice(0, 5)).toEqual([
      '/srv/words',
      'gunicorn -b {bind} app:app',
      'www-data',
      'words.example.test',
      'auto',
    ]);
    expect(decided(flask, { path: '/srv/words-staging' }, twins(true)).site?.value).toBe(
      'staging.example.test',
    );
  });

  it('is not asked of folders where the site is said to which nginx leads from one of them', () => {
    const chosen = decided(flask, { site: 'staging.example.test' }, twins(true));
    expect([chosen.path.value, chosen.site?.value]).toEqual(['/srv/words-staging', 'staging.example.test']);
    expect(asked(flask, { site: 'nobody.example.test' }, twins(true))).toMatchObject({ about: 'path' });
  });

  it('two sites that lead to two servers in one folder', () => {
    const both = twins(true);
    const environment = environmentOf(
      {
        ...both.survey,
        processes: both.survey.processes.map((process) => ({ ...process, cwd: '/srv/words' })),
      },
      'web1',
    );
    expect(asked(flask, {}, environment)).toMatchObject({
      about: 'site',
      choices: [{ value: 'words.example.test' }, { value: 'staging.example.test' }],
    });
    expect(decided(flask, { site: 'staging.example.test' }, environment).port?.from).toContain('port 9998');
    expect(asked(flask, { site: 'nobody.example.test' }, environment).text).toContain(
      'not from nobody.example.test',
    );
  });

  it('two servers in one folder that nginx knows nothing of', () => {
    const listeners = [makeListener(9999, [7]), makeListener(9998, [8])];
    const processes = [
      makeProcess(7, 'gunicorn -w 2 -b 127.0.0.1:9999 app:app'),
      makeProcess(8, 'gunicorn -b 127.0.0.1:9998 app:app'),
    ];
    const environment = environmentOf(
      { ...survey, listeners, processes, nginx: null, units: [], pm2: [] },
      'web1',
    );
    const question = asked(flask, { path: '/srv/words' }, environment);
    expect(question.choices).toEqual([
      { value: 'gunicorn -w 2 -b {bind} app:app', why: 'listens on 127.0.0.1:9999' },
      { value: 'gunicorn -b {bind} app:app', why: 'listens on 127.0.0.1:9998' },
    ]);
    const said = { path: '/srv/words', run: 'gunicorn -b {bind} app:app' };
    expect(decided(flask, said, environment).port).toMatchObject({ value: 9998 });
  });

  it('nothing runs, but a unit that is down would run it', () => {
    const units = [
      makeUnit('words.service', '/usr/bin/gunicorn -b 127.0.0.1:9999 app:app', { active: 'inactive' }),
    ];
    const nginx = makeNginx(makeServer('words.example.test', [port(9999)]));
    const environment = environmentOf(
      { ...survey, listeners: [], processes: [], nginx, units, pm2: [] },
      'web1',
    );
    expect(decided(flask, { path: '/srv/words' }, environment)).toMatchObject({
      run: {
        value: 'gunicorn -b {bind} app:app',
        from: '/etc/systemd/system/words.service, which does not run',
      },
      site: { value: 'words.example.test' },
    });
  });

  it('an app that belay deployed keeps its name', () => {
    const tree = '/srv/words.belay/releases/20261124T101500Z-1f0c9a2b/tree';
    const processes = [
      makeProcess(7, 'gunicorn -b 127.0.0.1:9999 app:app', {
        cwd: tree,
        cgroup: '/system.slice/belay-words.service',
      }),
    ];
    const units = [
      makeUnit('belay-words.service', '/bin/sh start', {
        workingDirectory: tree,
        mainPid: 7,
        environmentFiles: [`${tree.slice(0, -4)}environment`],
      }),
    ];
    const environment = environmentOf(
      { ...survey, listeners: [makeListener(9999, [7])], processes, units, pm2: [], nginx: null },
      'web1',
    );
    expect(decided(flask, { path: '/srv/words' }, environment)).toMatchObject({
      name: 'words',
      envFile: null,
      path: { value: '/srv/words' },
      run: { value: 'gunicorn -b {bind} app:app' },
    });
  });
});
