import { expect, it } from 'vitest';
import {
  isWorker,
  listensOn,
  namesPath,
  namesPort,
  startsServer,
} from '../../../src/domain/keepers/touches.js';

it.each([
  ['cd /srv/words && x', true],
  ['cd "/srv/words"', true],
  ['--chdir=/srv/words', true],
  ['/srv/words/.venv/bin/python', true],
  ['/srv/words.belay/releases/x/tree', true],
  ['/srv/words2/run', false],
  ['/mnt/srv/words', false],
  ['/srv/words-old', false],
  ['/srv/words.old', false],
])('%s names the path: %s', (text, expected) => {
  expect(namesPath(text, '/srv/words')).toBe(expected);
});

it.each([
  ['gunicorn -b 127.0.0.1:9999 app:app', true],
  ['gunicorn --bind=0.0.0.0:9999', true],
  ['uvicorn --port 9999 app', true],
  ['node server.js -p9999', true],
  ['PORT=9999 node x.js', true],
  ['python manage.py runserver 9999', true],
  ['gunicorn -b [::]:9999 app:app', true],
  ['gunicorn -b 127.0.0.1:99990', false],
  ['curl -fs http://127.0.0.1:9999/health', false],
  ['exporter --target=http://127.0.0.1:9999/metrics', false],
])('%s listens on 9999: %s', (text, expected) => {
  expect(listensOn(text, 9999)).toBe(expected);
  expect(namesPort(text, 9999)).toBe(!text.includes('99990') && !text.includes('p9999'));
});

it.each([
  ['cd /srv/words && gunicorn -D app:app', true],
  ['/srv/words/start.sh >/dev/null', true],
  ['/srv/words/bin/restart-if-down', true],
  ['systemctl restart words', true],
  ['pm2 restart words', true],
  ['cd /srv/words && nohup python3 app.py &', true],
  ['/usr/bin/node /srv/words/server.js', true],
  ['/srv/words/bin/words --serve', true],
  ['tar czf /var/backups/words.tgz /srv/words', false],
  ['/srv/words/.venv/bin/python /srv/words/nightly.py', false],
  ['curl http://127.0.0.1:9999/cron/tick', false],
  ['/usr/bin/celery -A app worker', false],
  ['touch /srv/words/tmp/restart.txt', false],
  ['test -f /srv/words/start.sh && sudo chmod +x /srv/words/start.sh', false],
  ['curl -fs http://127.0.0.1:9999/ || /srv/words/start.sh', true],
  ['touch /srv/words/tmp/restart.txt; systemctl restart words', true],
])('%s starts a server: %s', (command, expected) => {
  expect(startsServer(command, '/srv/words/bin/words --listen {port}')).toBe(expected);
});

it('knows workers', () => {
  expect(['celery -A app worker', 'node worker.js', 'python jobs/cleanup.py'].every(isWorker)).toBe(true);
  expect(['gunicorn app:app', 'node server.js', 'python coworkers.py'].some(isWorker)).toBe(false);
});
