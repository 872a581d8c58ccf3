import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { environmentFile, envFilePath, startScript, unitFile, type Launch } from '../../src/host/unit.js';
import { app } from '../activities/local-host.js';

const launch: Launch = {
  app: { ...app, user: 'www-data', env: { LOG_LEVEL: 'info' } },
  release: '20261124T101500Z-1f0c9a2b',
  user: 'www-data',
  bind: { kind: 'port', port: 9999, from: '/etc/nginx/sites-enabled/words:13' },
};
const socket: Launch['bind'] = {
  kind: 'socket',
  path: '/run/words/app.sock',
  from: '/etc/nginx/sites-enabled/words:13',
};
const withApp = (change: Partial<Launch['app']>): Launch => ({
  ...launch,
  app: { ...launch.app, ...change },
});

test('the start script becomes the app', () => {
  expect(startScript(launch)).toBe(
    '#!/bin/sh\n' +
      '# Starts release 20261124T101500Z-1f0c9a2b of words; made by belay.\n' +
      'exec gunicorn -w 2 -b 127.0.0.1:9999 app:app\n',
  );
});

test.each([
  ['node server.js --port {port}', 'exec node server.js --port 9999'],
  ['WORKERS=4 gunicorn -b {bind} app:app', 'exec env WORKERS=4 gunicorn -b 127.0.0.1:9999 app:app'],
  ['exec ./serve {port}', 'exec ./serve 9999'],
  ['./prepare && ./serve {port}', './prepare && ./serve 9999'],
])('run: %s', (run, last) => {
  expect(startScript(withApp({ run })).split('\n').at(2)).toBe(last);
});

test('a socket is what {bind} stands for where nginx says so, and {port} is then an error', () => {
  expect(startScript({ ...launch, bind: socket })).toContain('-b unix:/run/words/app.sock app:app');
  expect(() => startScript({ ...withApp({ run: 'node server.js {port}' }), bind: socket })).toThrow(
    '`run` names {port}, but /etc/nginx/sites-enabled/words:13 leads to the socket /run/words/app.sock: write {bind}, or let nginx lead to a port',
  );
});

test('the environment', () => {
  expect(environmentFile(launch)).toBe(
    'PATH="/srv/words.belay/releases/20261124T101500Z-1f0c9a2b/tree/.venv/bin:' +
      '/srv/words.belay/releases/20261124T101500Z-1f0c9a2b/tree/venv/bin:' +
      '/srv/words.belay/releases/20261124T101500Z-1f0c9a2b/tree/node_modules/.bin:' +
      '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n' +
      'LOG_LEVEL="info"\n' +
      'PORT="9999"\n' +
      'BELAY_BIND="127.0.0.1:9999"\n' +
      'BELAY_RELEASE="20261124T101500Z-1f0c9a2b"\n' +
      'SPT_NOENV="1"\n',
  );
  expect(environmentFile({ ...launch, bind: socket })).not.toContain('PORT=');
});

test('values mean to sh what they mean to systemd', () => {
  const value = 'it\'s "50%" of $HOME, `id` and \\n';
  const folder = mkdtempSync(join(tmpdir(), 'belay-unit-'));
  writeFileSync(join(folder, 'environment'), environmentFile(withApp({ env: { ODD: value } })));
  const seen = execFileSync('/bin/sh', ['-c', '. ./environment; printf %s "$ODD"'], { cwd: folder });
  expect(seen.toString()).toBe(value);
  rmSync(folder, { recursive: true });
});

test('the unit', () => {
  expect(unitFile(withApp({ envFile: '.env' }))).toBe(
    `# Made by belay, and made anew by every deployment: changes belong into belay.yml, or into a drop-in.
[Unit]
Description=words (production), release 20261124T101500Z-1f0c9a2b
After=network.target
StartLimitIntervalSec=0

[Service]
User=www-data
WorkingDirectory=/srv/words.belay/releases/20261124T101500Z-1f0c9a2b/tree
EnvironmentFile=/srv/words.belay/releases/20261124T101500Z-1f0c9a2b/environment
EnvironmentFile=/srv/words.belay/releases/20261124T101500Z-1f0c9a2b/tree/.env
ExecStart=/bin/sh /srv/words.belay/releases/20261124T101500Z-1f0c9a2b/start
Restart=always
RestartSec=1
KillMode=mixed
TimeoutStopSec=30

[Install]
WantedBy=multi-user.target
`,
  );
});

test('paths with blanks and percent signs', () => {
  const text = unitFile(withApp({ path: '/srv/50% words', envFile: '/etc/words env' }));
  expect(text).toContain('WorkingDirectory=/srv/50%% words.belay/releases/20261124T101500Z-1f0c9a2b/tree\n');
  expect(text).toContain('EnvironmentFile=/etc/words env\n');
  expect(text).toContain(
    'ExecStart=/bin/sh "/srv/50%% words.belay/releases/20261124T101500Z-1f0c9a2b/start"\n',
  );
});

test("a socket's folder in /run outlives the old version's unit", () => {
  expect(unitFile({ ...launch, bind: socket })).toContain(
    'RuntimeDirectory=words\nRuntimeDirectoryPreserve=yes\n',
  );
  expect(unitFile({ ...launch, bind: { ...socket, path: '/run/words.sock' } })).not.toContain('Runtime');
});

test('an absolute env_file stays where it is', () => {
  expect(envFilePath(withApp({ envFile: '/etc/words.env' }).app, 'r')).toBe('/etc/words.env');
  expect(envFilePath(withApp({ envFile: './.env' }).app, 'r')).toBe('/srv/words.belay/releases/r/tree/.env');
  expect(envFilePath(app, 'r')).toBe('');
});
