import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { environmentFile, envFilePath, startScript, type Launch } from '../../../src/host/keepers/launch.js';
import { app } from '../../activities/local-host.js';

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

test('{socket} is its path, and an error where nginx leads to a port', () => {
  const socketRun = withApp({ run: 'node server.js {socket}' });
  expect(startScript({ ...socketRun, bind: socket })).toContain('exec node server.js /run/words/app.sock\n');
  expect(() => startScript(socketRun)).toThrow(
    'leads to port 9999: write {bind}, or let nginx lead to a socket',
  );
});

test('a socket that a killed process left behind gives way, one that somebody listens on does not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'belay [socket] '));
  const path = join(folder, 'app.sock');
  const run = () =>
    execFileSync('/bin/sh', {
      input: startScript({ ...withApp({ run: 'true' }), bind: { ...socket, path } }),
    });
  // A process that is killed does not remove it.
  const code = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('listens'))`;
  const server = spawn(process.execPath, ['-e', code]);
  await new Promise((resolve) => server.stdout.once('data', resolve));
  run();
  expect(existsSync(path)).toBe(true);
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await ended;
  run();
  expect(existsSync(path)).toBe(false);
  rmSync(folder, { recursive: true });
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

test('an absolute env_file stays where it is', () => {
  expect(envFilePath(withApp({ envFile: '/etc/words.env' }).app, 'r')).toBe('/etc/words.env');
  expect(envFilePath(withApp({ envFile: './.env' }).app, 'r')).toBe('/srv/words.belay/releases/r/tree/.env');
  expect(envFilePath(app, 'r')).toBe('');
});
