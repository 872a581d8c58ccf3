import { expect, it } from 'vitest';
import { detectFramework } from '../../src/init/framework.js';
import { appName, readsPort } from '../../src/init/source.js';
import { django, express, fastapi, flask, makeSource, pages, unknown } from './sources.js';

const told = (source: Parameters<typeof detectFramework>[0]) => {
  const { kind, run, from } = detectFramework(source);
  return [kind, run, from];
};

it('knows the common ones, how they are started, and where that is written', () => {
  expect(told(flask)).toEqual(['flask', 'gunicorn -b {bind} app:app', 'Flask, app.py:5']);
  expect(told(django)).toEqual(['django', 'gunicorn -b {bind} shop.wsgi', 'Django, manage.py:2']);
  expect(told(fastapi)).toEqual([
    'fastapi',
    'uvicorn app.main:app --host 127.0.0.1 --port {port}',
    'FastAPI, app/main.py:3',
  ]);
  expect(told(express)).toEqual(['node', 'node server.js', 'server.js:2']);
  expect(told(pages)).toEqual([
    'static',
    'python3 -m http.server {port} --bind 127.0.0.1',
    'a static site, index.html',
  ]);
  expect(told(unknown)).toEqual(['unknown', null, 'nothing here says how it is started']);
});

it('takes a Procfile’s web before anything else', () => {
  const source = makeSource('x', {
    Procfile: 'release: ./migrate\nweb: gunicorn app:app -b 0.0.0.0:$PORT\n',
    'manage.py': '',
  });
  expect(told(source)).toEqual(['procfile', 'gunicorn app:app -b {bind}', 'Procfile:2']);
});

it('takes a start script of package.json as it is, or npm where only a shell could', () => {
  const start = (script: string) =>
    detectFramework(makeSource('x', { 'package.json': JSON.stringify({ scripts: { start: script } }) })).run;
  expect(start('node dist/server.js')).toBe('node dist/server.js');
  expect(start('next start')).toBe('next start');
  expect(start('npm run build && node server.js')).toBe('npm start');
  expect(start('NODE_ENV=production node server.js')).toBe('npm start');
});

it('finds an application factory, and leaves tests and examples alone', () => {
  const factory = makeSource('x', {
    'tests/app.py': 'from flask import Flask\napp = Flask(__name__)\n',
    'shop/__init__.py': 'from flask import Flask\n\ndef create_app():\n    app = Flask(__name__)\n',
  });
  expect(told(factory)).toEqual([
    'flask',
    "gunicorn -b {bind} 'shop:create_app()'",
    'Flask, shop/__init__.py:3',
  ]);
});

it('takes wsgi.py before the module that it imports from', () => {
  const both = makeSource('x', {
    'app.py': 'app = Flask(__name__)\n',
    'wsgi.py': 'application = Flask("x")\n',
  });
  expect(detectFramework(both).run).toBe('gunicorn -b {bind} wsgi:application');
});

it('serves the folder that a static site’s pages lie in', () => {
  expect(detectFramework(makeSource('x', {}, 'public/index.html', 'README.md')).run).toBe(
    'python3 -m http.server {port} --bind 127.0.0.1 --directory public',
  );
});

it('names the app after its package, else after its folder', () => {
  expect(appName(express)).toBe('chat');
  expect(appName(flask)).toBe('word-counter');
  expect(
    appName(makeSource('x', { 'pyproject.toml': '[project]\nversion = "1"\nname = "Word_Counter"\n' })),
  ).toBe('word-counter');
  expect(appName(makeSource('Meine Seite (neu)', { 'package.json': 'no JSON' }))).toBe('meine-seite-neu');
  expect(appName(makeSource('語', {}))).toBe('app');
});

it('sees whether the port is taken from the environment', () => {
  expect(readsPort(express)).toBe(true);
  expect(readsPort(makeSource('x', { 'server.js': 'app.listen(4000)' }))).toBe(false);
});
