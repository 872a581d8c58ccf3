import { expect, it } from 'vitest';
import { runsFilesOf } from '../../../src/domain/keepers/runs-files.js';

it.each([
  ['/usr/bin/python3 /usr/bin/gunicorn -w 1 -b 127.0.0.1:8000 app:app', true],
  ['gunicorn: master [app:app]', true],
  ['/usr/bin/gunicorn --chdir /srv/blog app:app', false],
  ['gunicorn --chdir=/srv/blog app:app', false],
  ['node server.js', true],
  ['node .', true],
  ['/usr/bin/node --max-old-space-size=300 -r /opt/apm.js dist/main.js', true],
  ['node /opt/blog/server.js', false],
  ['node /srv/words/server.js', true],
  ['npm start', true],
  ['/usr/bin/npm start', true],
  ['PORT=3000 node server.js', true],
  ['env NODE_ENV=production node server.js', true],
  ['./bin/words --listen :3000', true],
  ['/opt/blog/server --config blog.toml', false],
  ['redis-server *:6379', false],
  ['php -S 127.0.0.1:8000', true],
  ['python3 -m http.server 8000', true],
  ['python3 manage.py runserver 8000', true],
  ['python3 /opt/blog/manage.py runserver 8000', false],
  ['java -jar words.jar', true],
  ['java -jar /opt/blog/blog.jar', false],
  ['/srv/words/.venv/bin/python -m words', true],
])('%s, started in the app’s folder, runs files of it: %s', (command, expected) => {
  const words = command.startsWith('gunicorn: ') ? [command] : command.split(' ');
  expect(runsFilesOf(words, '/srv/words', ['/srv/words'])).toBe(expected);
  expect(runsFilesOf(words, '/srv/other', ['/srv/words'])).toBe(command.includes('/srv/words/'));
});

it.each([
  ['node /opt/blog/server.js', false],
  ['node server.js', true],
  ['python3 /opt/blog/app.py', false],
  ['gunicorn: master [app:app]', true],
  ['unicorn master -c /opt/blog/unicorn.rb', true],
])('the title %s, of what was started in the app’s folder, is read as a command: %s', (title, expected) => {
  expect(runsFilesOf([title], '/srv/words', ['/srv/words'])).toBe(expected);
});

it('looks into what a shell is given', () => {
  expect(runsFilesOf(['sh', '-c', 'exec node server.js'], '/srv/words', ['/srv/words'])).toBe(true);
  expect(runsFilesOf(['sh', '-c', 'exec node /opt/x.js'], '/srv/words', ['/srv/words'])).toBe(false);
});
