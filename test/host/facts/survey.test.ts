import { expect, it } from 'vitest';
import { certificateFacts } from '../../../src/host/facts/certificates.js';
import { containerFacts, machineFacts } from '../../../src/host/facts/machine.js';
import type { Section } from '../../../src/host/facts/sections.js';
import { surveyOf } from '../../../src/host/facts/survey.js';
import { appsSurvey, recordedSections } from '../../fixtures/facts/load.js';

const survey = appsSurvey();
const section = (name: string, body: string, rest = ''): Section => ({ name, rest, body });

it('reads a whole server', () => {
  expect(survey.machine).toMatchObject({
    processors: 2,
    timeZone: 'Etc/UTC',
    interpreters: [
      { path: '/usr/bin/python3', version: 'Python 3.11.2' },
      { path: '/usr/bin/node', version: 'v18.20.4' },
    ],
  });
  expect(survey.machine.disks.map(({ mountedOn }) => mountedOn)).toEqual(['/']);
  expect(survey.certificates.map(({ file, names }) => [file, names])).toEqual([
    ['/etc/nginx/tls/pages.pem', ['pages.example.test']],
    ['tls/shop.pem', ['shop.example.test']],
  ]);
  const days = survey.certificates.map(({ expires }) => ((expires ?? 0) - survey.system.now) / 86_400);
  expect(days.map(Math.round)).toEqual([10, 60]);
  expect(survey.listeners.map(({ port, path }) => path ?? port)).toEqual([
    '/run/shop/shop.sock',
    22,
    22,
    80,
    443,
    4000,
    8000,
  ]);
  expect(survey.unreadable).toEqual([]);
});

it('reads units with what they restart and which variables they are given, by name', () => {
  const shop = survey.units.find(({ unit }) => unit === 'shop.service');
  expect(shop).toMatchObject({
    description: 'The shop',
    state: 'running',
    environmentFiles: ['/etc/shop.env'],
    workingDirectory: '/srv/shop',
  });
  expect(survey.units.find(({ unit }) => unit === 'flaky.service')?.restarts).toBeGreaterThanOrEqual(5);
  const listener = survey.listeners.find(({ path }) => path === '/run/shop/shop.sock');
  const process = survey.processes.find(({ pid }) => pid === listener?.pids[0]);
  expect(process?.variables).toEqual(['DATABASE_PASSWORD']);
});

it('lists the folders that servers work in, without their dependencies', () => {
  expect(survey.folders.map(({ folder }) => folder)).toEqual([
    '/srv/api',
    '/srv/chat',
    '/srv/pages',
    '/srv/shop',
  ]);
  const shop = survey.folders.at(-1)?.entries.map(({ path }) => path) ?? [];
  expect(shop).toEqual(expect.arrayContaining(['manage.py', 'shop/', 'shop/wsgi.py', 'db.sqlite3']));
  expect(shop.filter((path) => path.startsWith('venv'))).toEqual([]);
});

it('holds no secret: neither of commands, nor of environments, nor of cron', () => {
  expect(recordedSections('apps').some(({ body }) => body.includes('planted'))).toBe(true);
  expect(JSON.stringify(survey)).not.toContain('planted');
  expect(survey.cron.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      '5 4 * * * PASSWORD=… /usr/local/bin/backup --dir /srv/shop',
      '0 5 * * * mysqldump -u … -p… … >/var/backups/shop.sql',
    ]),
  );
});

it('says why a certificate could not be read', () => {
  const pem = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
  expect(
    certificateFacts([
      section('certificate', 'error=it cannot be opened\n', '/x.pem'),
      section('certificate', pem('bm8gY2VydGlmaWNhdGU='), '/y.pem'),
      section('certificate', '', '/z.pem'),
    ]),
  ).toEqual([
    { file: '/x.pem', expires: null, names: [], error: 'it cannot be opened' },
    { file: '/y.pem', expires: null, names: [], error: 'it makes no sense' },
    { file: '/z.pem', expires: null, names: [], error: 'it could not be read' },
  ]);
});

it('knows containers, or that none can be asked for', () => {
  const there = [section('docker', 'db\tpostgres:16\tUp 3 days\t127.0.0.1:5432->5432/tcp\n')];
  expect(containerFacts(there)).toEqual([
    { name: 'db', image: 'postgres:16', status: 'Up 3 days', ports: '127.0.0.1:5432->5432/tcp' },
  ]);
  expect(containerFacts([])).toBeNull();
});

it('counts disks, but neither memory nor what an image mounts', () => {
  const disks = [
    'Filesystem 1024-blocks Used Available Capacity Mounted on',
    '/dev/sda1 100 40 60 40% /',
    'tmpfs 100 0 100 0% /tmp',
    '/dev/sda1 100 40 60 40% /run/host/os-release',
    '//nas/my share 200 100 100 50% /srv/my data',
  ].join('\n');
  expect(machineFacts([section('disks', disks)], 0).disks).toEqual([
    { filesystem: '/dev/sda1', mountedOn: '/', sizeBytes: 102_400, availableBytes: 61_440 },
    { filesystem: '//nas/my share', mountedOn: '/srv/my data', sizeBytes: 204_800, availableBytes: 102_400 },
  ]);
});

it('ends with a survey, whatever of the answer is missing', () => {
  const sections = recordedSections('apps');
  for (let left = 0; left < sections.length; left += 1) {
    const some = sections.filter((_, index) => index !== left);
    expect(() => surveyOf(some, {})).not.toThrow();
    expect(() => surveyOf(sections.slice(0, left), { path: '/srv/shop' })).not.toThrow();
  }
});
