import { describe, expect, it } from 'vitest';
import { portableRun } from '../../src/init/portable-run.js';

const run = (command: string | string[], over: { cwd?: string; ports?: number[]; sockets?: string[] } = {}) =>
  portableRun({
    argv: typeof command === 'string' ? command.split(' ') : command,
    cwd: '/srv/words',
    ports: [9999],
    sockets: [],
    ...over,
  });

describe('a command that was read off a server', () => {
  it.each([
    ['/usr/bin/python3 /usr/bin/gunicorn -w 2 -b 127.0.0.1:9999 app:app', 'gunicorn -w 2 -b {bind} app:app'],
    ['/usr/bin/gunicorn --bind=0.0.0.0:9999 app:app', 'gunicorn --bind={bind} app:app'],
    [
      '/srv/words/venv/bin/python /srv/words/venv/bin/gunicorn -b :9999 app:app',
      'gunicorn -b {bind} app:app',
    ],
    [
      '/srv/words/.venv/bin/uvicorn main:app --host 0.0.0.0 --port 9999',
      'uvicorn main:app --host 127.0.0.1 --port {port}',
    ],
    [
      '/opt/venv/bin/python3 /opt/venv/bin/gunicorn -b [::]:9999 app:app',
      '/opt/venv/bin/gunicorn -b {bind} app:app',
    ],
    [
      '/usr/bin/python3 -m http.server --bind 127.0.0.1 9999',
      'python3 -m http.server --bind 127.0.0.1 {port}',
    ],
    ['python3 manage.py runserver 0.0.0.0:9999', 'python3 manage.py runserver {bind}'],
    ['/usr/bin/node /srv/words/server.js --port=9999', 'node server.js --port={port}'],
    ['./start --listen 9999', './start --listen {port}'],
    ['/srv/words/start --listen 9999', './start --listen {port}'],
    [
      'java -jar /srv/words/target/app.jar --server.port=9999',
      'java -jar target/app.jar --server.port={port}',
    ],
  ])('%s', (command, expected) => {
    expect(run(command)).toBe(expected);
  });

  it('is not sent into the background, and writes no file of its pid', () => {
    expect(run('gunicorn --daemon -D -p /run/w.pid --pid=/run/w.pid -b 127.0.0.1:9999 app:app')).toBe(
      'gunicorn -b {bind} app:app',
    );
  });

  it('listens on the socket that nginx leads to', () => {
    const sockets = ['/run/words/words.sock'];
    expect(run('gunicorn --bind unix:/run/words/words.sock app:app', { ports: [], sockets })).toBe(
      'gunicorn --bind {bind} app:app',
    );
    expect(run('uvicorn app:app --uds /run/words/words.sock', { ports: [], sockets })).toBe(
      'uvicorn app:app --uds {socket}',
    );
  });

  it('gets an address where a file of settings, or a default, had given it', () => {
    expect(run('gunicorn -c gunicorn.conf.py app:app')).toBe(
      'gunicorn -b {bind} -c gunicorn.conf.py app:app',
    );
    expect(run('/usr/bin/python3 -m gunicorn app:app')).toBe('python3 -m gunicorn -b {bind} app:app');
    expect(run('uvicorn app:app')).toBe('uvicorn app:app --host 127.0.0.1 --port {port}');
  });

  it('keeps other numbers, and what a shell would take apart', () => {
    expect(run(['gunicorn', '-b', '127.0.0.1:9999', '--timeout', '99', 'shop:create_app("a b")'])).toBe(
      `gunicorn -b {bind} --timeout 99 'shop:create_app("a b")'`,
    );
  });

  it('is taken out of a title with blanks, and out of none that tells nothing', () => {
    expect(run(['node /srv/words/server.js'])).toBe('node server.js');
    expect(run(['gunicorn: master [app:app]'])).toBeNull();
    expect(run([])).toBeNull();
  });

  it('is not guessed where a secret was blanked out', () => {
    expect(run('app --token … --port 9999')).toBeNull();
  });
});
