import { describe, expect, it } from 'vitest';
import { appPathOf, environmentOf, idleProcesses } from '../../../src/domain/environment/environment.js';
import { narrowed } from '../../../src/domain/environment/narrow.js';
import { reaches } from '../../../src/domain/nginx/routing/own-address.js';
import { surprises } from '../../../src/domain/environment/surprises.js';
import type { Survey } from '../../../src/domain/environment/survey.js';
import { appsSurvey } from '../../fixtures/facts/load.js';
import { port } from '../make-backend.js';
import { makeFacts, makeListener, makeNginx, makeProcess, makeServer, makeUnit } from '../make-facts.js';

const environment = environmentOf(appsSurvey(), 'apps');

function makeSurvey(over: Partial<Survey> = {}): Survey {
  return {
    ...makeFacts(),
    machine: { memoryBytes: 4e9, processors: 2, timeZone: 'UTC', bootedAt: 0, disks: [], interpreters: [] },
    certificates: [],
    timers: [],
    supervisors: [],
    at: [],
    containers: null,
    folders: [],
    ...over,
  };
}

const found = (survey: Survey) => surprises(environmentOf(survey, 'web1')).map(({ id }) => id);

it('knows who listens, who starts it again, and who sends visitors there', () => {
  const rows = environment.services.map(({ path, keeper, boot, routes }) => [
    path,
    keeper,
    boot,
    routes.map(({ server, location }) => `${server.names[0] ?? ''} ${location.pattern}`),
  ]);
  expect(rows).toEqual([
    ['/srv/shop', 'unit shop.service, Restart=on-failure', 'yes', ['shop.example.test /']],
    [null, 'unit ssh.service, Restart=on-failure', 'yes', []],
    [null, 'unit nginx.service, without restart', 'yes', []],
    ['/srv/chat', 'pm2 entry chat (id 0) of root', 'no', ['chat.example.test /']],
    ['/srv/api', 'unit api.service, Restart=always', 'unknown', ['api.example.test /v1/']],
  ]);
  expect(idleProcesses(environment).map(({ command }) => command[1])).toEqual(['bot.py']);
});

it('tells what would surprise', () => {
  const told = surprises(environment);
  expect(told.map(({ id }) => id)).toEqual([
    'nginx.silent-backend',
    'certificate.expires',
    'unit.crash-loop',
    'pm2.not-at-boot',
    'process.by-hand',
    'user.root',
    'port.all-interfaces',
  ]);
  expect(told.map(({ severity }) => severity).join(' ')).toBe('warn warn warn warn info info info');
  expect(told[0]?.evidence).toBe(
    'api.example.test /old/ → 127.0.0.1:7777 (/etc/nginx/sites-enabled/apps:15)',
  );
});

it('is narrowed to one app', () => {
  const chat = narrowed(environment, '/srv/chat');
  expect(chat.services.map(({ path }) => path)).toEqual(['/srv/chat']);
  expect(chat.survey.nginx?.servers.map(({ names }) => names[0])).toEqual(['chat.example.test']);
  expect(surprises(chat).map(({ id }) => id)).toEqual(['pm2.not-at-boot', 'user.root']);
  expect(narrowed(environment, '/srv/pages').survey.certificates.map(({ file }) => file)).toEqual([
    '/etc/nginx/tls/pages.pem',
  ]);
});

it('takes a folder for an app’s only where it may be one', () => {
  expect(appPathOf('/srv/words.belay/releases/20261124T101500Z-1f0c9a2b/tree')).toBe('/srv/words');
  expect(appPathOf('/srv/words')).toBe('/srv/words');
  expect(appPathOf('/root/words')).toBe('/root/words');
  expect(appPathOf('/home/kim/words')).toBe('/home/kim/words');
  for (const folder of ['', '/', '/root', '/home/kim', '/srv', '/var/www', '/var/spool/cron', '/usr/lib/x'])
    expect(appPathOf(folder)).toBeNull();
});

it('knows which addresses reach a listener', () => {
  expect(reaches(port(80), makeListener(80, [], '0.0.0.0'), makeFacts())).toBe(true);
  expect(reaches(port(80, 'localhost'), makeListener(80, [], '::1'), makeFacts())).toBe(true);
  expect(reaches(port(80), makeListener(80, [], '10.0.0.1'), makeFacts())).toBe(false);
  expect(reaches(port(80, '10.0.0.7'), makeListener(80, [], '0.0.0.0'), makeFacts())).toBe(false);
});

describe('surprises', () => {
  const server = makeProcess(7, 'gunicorn -b 127.0.0.1:9999 app:app');
  const serving = { listeners: [makeListener(9999, [7])], nginx: makeNginx(makeServer('w', [port(9999)])) };

  it('are none on a sound server', () => {
    const kept = { ...server, cgroup: '/system.slice/words.service', user: 'www-data' };
    const unit = makeUnit('words.service', 'gunicorn -b 127.0.0.1:9999 app:app', { mainPid: 7 });
    expect(found(makeSurvey({ ...serving, processes: [kept], units: [unit] }))).toEqual([]);
  });

  it('name what was started by hand, and a unit that would start a second copy at the next boot', () => {
    const forgotten = makeUnit('words.service', 'gunicorn -b 0.0.0.0:3000 app:app', { active: 'inactive' });
    expect(found(makeSurvey({ ...serving, processes: [server], units: [forgotten] }))).toEqual([
      'keeper.second-copy',
      'process.by-hand',
    ]);
  });

  it('do not include a hand-started app that cron starts at boot', () => {
    const line = { source: 'crontab:root', line: 1, text: '', command: 'cd /srv/words && ./backup' };
    const reboot = { ...line, text: '@reboot cd /srv/words && ./backup' };
    const survey = makeSurvey({ ...serving, processes: [server], cron: [reboot] });
    expect(found(survey)).not.toContain('process.by-hand');
  });

  it('name nginx that is broken, down, or not reloaded, and certificates that are over', () => {
    const nginx = { ...makeNginx(), running: false, changedSinceLoad: true, error: 'nginx: [emerg]' };
    const now = makeFacts().system.now;
    const certificates = [
      { file: '/a.pem', expires: now - 1, names: [] },
      { file: '/b.pem', expires: now + 31 * 86_400, names: [] },
      { file: '/c.pem', expires: null, names: [], error: 'permission denied' },
    ];
    expect(found(makeSurvey({ nginx, certificates }))).toEqual([
      'nginx.broken',
      'nginx.not-running',
      'nginx.not-reloaded',
      'certificate.expired',
      'certificate.unreadable',
    ]);
  });

  it('name a disk and a memory that are nearly full', () => {
    const disks = [{ filesystem: '/dev/sda1', mountedOn: '/', sizeBytes: 20e9, availableBytes: 1e9 }];
    const machine = { ...makeSurvey().machine, disks, memoryBytes: 64e9 };
    expect(found(makeSurvey({ machine }))).toEqual(['disk.low', 'memory.low']);
  });
});
