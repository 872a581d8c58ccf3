import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { shownArguments, shownCommand } from '../../../src/domain/secrets/command.js';
import { shellWords } from '../../../src/domain/secrets/shell-words.js';
import { anyText, secretOf } from './drawn.js';

/** Commands of honest people, which stay as they are. */
const usual = [
  'gunicorn -w 4 -b 127.0.0.1:8000 app:app',
  'gunicorn --workers=4 --bind unix:/run/words/words.sock --worker-class uvicorn.workers.UvicornWorker --reload words.wsgi:application',
  "gunicorn -b 127.0.0.1:9998 'app:create_app()'",
  '/srv/words/.venv/bin/gunicorn -c gunicorn.conf.py --access-logfile - app:app',
  '/usr/bin/python3 /srv/words/.venv/bin/gunicorn -b :8000 app:app',
  'python3 -m gunicorn --threads 8 app:app',
  'python3 -m http.server 8000 --bind 127.0.0.1 --directory public',
  '/usr/bin/python3 manage.py runserver 0.0.0.0:8000',
  'python app.py',
  'python3 -u server.py 9999',
  'uvicorn app.main:app --host 127.0.0.1 --port 8000 --proxy-headers --log-level info',
  'uvicorn --factory words.app:make --port=8000',
  'hypercorn -k uvloop app:app',
  'daphne -b 127.0.0.1 -p 8001 config.asgi:application',
  'celery -A words worker -l info -Q mail,default --concurrency=4 -n w1@web1',
  'node server.js --port 3000',
  'node --max-old-space-size=4096 dist/server.js',
  '/usr/bin/node /srv/chat/server.mjs',
  'node bin/www',
  'npm run start',
  'npm start',
  'npx next start -p 3000',
  'java -Xmx512m -Xms256m -XX:+UseG1GC -jar app.jar --server.port=8080',
  'java -Dserver.port=8080 -cp lib/a.jar:lib/b.jar com.example.Main',
  'puma -C config/puma.rb',
  'bundle exec puma -C config/puma.rb -e production',
  'bundle exec rails server -b 127.0.0.1 -p 3000',
  'php artisan queue:work --tries=3',
  'php -S 127.0.0.1:8000 -t public',
  'dotnet Words.dll --urls http://127.0.0.1:5000',
  './words --listen :8080',
  '/srv/words/bin/words serve --config /etc/words.toml',
  'env PORT=3000 NODE_ENV=production node server.js',
  'PORT=9999 /srv/words/start.sh',
  'PORT="9999" nohup ./start.sh >/var/log/words.log 2>&1 &',
  'cd /srv/words && .venv/bin/gunicorn -b 127.0.0.1:8000 app:app',
  'systemctl restart words.service || service words start',
  'flock -n /run/words.lock python3 /srv/words/jobs/clean.py',
  'sudo -u www-data /srv/words/bin/start',
  "sh -c 'cd /srv/words && exec node server.js --port 3000'",
  'su deploy -c "cd /srv/words && npm start"',
  'curl -fsS http://127.0.0.1:8000/health',
  '/usr/bin/pm2 resurrect',
  'pm2 restart words',
  'supervisorctl restart blog',
  'nginx: master process /usr/sbin/nginx -g daemon on; master_process on;',
  'nginx: worker process',
  'gunicorn: master [app:app]',
  'PM2 v5.3.0: God Daemon (/root/.pm2)',
  'test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )',
  '/usr/sbin/nginx -g "daemon off;"',
  '/usr/bin/docker-proxy -proto tcp -host-ip 127.0.0.1 -host-port 9999 -container-ip 172.17.0.2 -container-port 80',
  '/usr/sbin/sshd -D',
  '/usr/bin/supervisord -n -c /etc/supervisor/supervisord.conf',
  'uwsgi --ini /etc/uwsgi/words.ini --http-socket 127.0.0.1:9000',
  'find /srv/words/tmp -mtime +7 -delete',
  'test -e /run/systemd/system && [ -d /srv/words ] && date +%F >/tmp/day; sleep 5',
  'tar czf /var/backups/words.tgz /srv/words',
  'sh -c curl -fs http://127.0.0.1:9999/ || systemctl restart words-old.service # /srv/words',
];

const S = 'zq7Plant3d';
/** What hides in them is shown so. */
const secretive: [command: string, shown: string][] = [
  [`mysql -u root -p${S} words`, 'mysql -u … -p… …'],
  [`mysql -p1234`, 'mysql -p…'],
  [`curl -u ann:${S} https://x.test/a?b=${S}`, 'curl -u … https://x.test/a?…'],
  [`curl -uann:${S} https://x.test/`, 'curl -u… https://x.test/'],
  [`curl -H "Authorization: Bearer ${S}" https://x.test/`, 'curl -H "…" https://x.test/'],
  [`wget --user=ann --password=${S} https://x.test/`, 'wget --user=ann --password=… https://x.test/'],
  [`sshpass -p 123456 ssh web1`, 'sshpass -p … ssh …'],
  [`redis-cli -a ${S} ping`, 'redis-cli -a … …'],
  [`psql postgres://ann:${S}@db.test:5432/words`, 'psql postgres://…@db.test:5432/words'],
  [`node worker.js --token ${S}`, 'node worker.js --token …'],
  [`node worker.js ${S}`, 'node worker.js …'],
  [`./app --auth=${S} --port 80`, './app --auth=… --port 80'],
  [`./app ${S}/x${S}`, './app …'],
  [`./app --ssl-key /etc/x.pem --signing-key=${S}`, './app --ssl-key /etc/x.pem --signing-key=…'],
  [`./app --name ${S}`, './app --name …'],
  [`./app -k${S} -x ${S}`, './app -k… -x …'],
  [`DB_URL=mysql://a:${S}@h/x API=${S} PASSWORD=${S} ./app`, 'DB_URL=mysql://…@h/x API=… PASSWORD=… ./app'],
  [`env STRIPE=${S} PORT=80 node a.js`, 'env STRIPE=… PORT=80 node a.js'],
  [`gunicorn --env SECRET_KEY=${S} -e X=${S} app:app`, 'gunicorn --env SECRET_KEY=… -e X=… app:app'],
  [`celery -A words -b redis://:${S}@r.test/0 worker`, 'celery -A words -b redis://…@r.test/0 worker'],
  [`java -Ddb.password=${S} -Dx=${S} -jar a.jar`, 'java -Ddb.password=… -Dx=… -jar a.jar'],
  [
    `sh -c 'PASSWORD=${S} mysql -p${S}; echo ${S} | sudo -S ls'`,
    "sh -c 'PASSWORD=… mysql -p…; echo … | sudo -S ls'",
  ],
  [`python3 -c "import x; x.login('${S}')"`, 'python3 -c "…"'],
  [`echo ${S} | docker login -u ann --password-stdin`, 'echo … | docker login -u ann --password-stdin'],
  [`docker run -e DB=${S} nginx`, 'docker run -e DB=… nginx'],
  [`openssl enc -aes-256-cbc -pass pass:${S} -in /srv/x.sql`, 'openssl … -a… -p… … -in /srv/x.sql'],
  [`curl https://hooks.slack.com/services/T1/B1/${S}`, 'curl https://hooks.slack.com/…'],
  [`restic backup /srv # password ${S}`, 'restic … /srv # … …'],
  [`/opt/x AKIA${'Q'.repeat(16)} ghp_${S}${S}`, '/opt/x … …'],
  [`/bin/sleep 100000 ${S}`, '/bin/sleep 100000 …'],
  [`cat ${S} | test ${S} = x`, 'cat … | test … = …'],
  [`nginx: ${S} process`, 'nginx: … process'],
  [`app 8f14e45fceea167a5a36dedd4bea2543`, 'app …'],
  [`app c2VjcmV0/c2VjcmV0Cg==`, 'app …'],
];

test.each(usual)('%s stays', (command) => {
  expect(shownCommand(command)).toBe(command);
  if (/["'&|;><(]/.test(command)) return;
  expect(shownArguments(command.split(' '))).toEqual(command.split(' '));
});

test.each(secretive)('%s', (command, shown) => {
  expect(shownCommand(command)).toBe(shown);
});

describe('an argument list', () => {
  it('hides the value of a secret’s option in the argument behind it', () => {
    expect(
      shownArguments([
        'app',
        '--key',
        'abc',
        '--key',
        './x.pem',
        'A=b',
        '--secret-key',
        'x y',
        '--port',
        '9999',
        'tokens.py',
      ]),
    ).toEqual([
      'app',
      '--key',
      '…',
      '--key',
      './x.pem',
      'A=…',
      '--secret-key',
      '…',
      '--port',
      '9999',
      'tokens.py',
    ]);
  });

  it('hides a program’s text, and where systemd printed it without quotes all that follows', () => {
    expect(shownArguments(['/usr/bin/python3', '-c', 'import x; x()', S, '/srv/x'])).toEqual([
      '/usr/bin/python3',
      '-c',
      '…',
      '…',
      '/srv/x',
    ]);
    expect(shownCommand(`/usr/bin/python3 -c import x; x(${S}) ${S}`, false)).toBe(
      '/usr/bin/python3 -c … …; …(…) …',
    );
  });

  it('keeps a path with blanks, and a title as one argument', () => {
    expect(shownArguments(['/srv/my words/run', '/srv/my words/app.py'])).toEqual([
      '/srv/my words/run',
      '/srv/my words/app.py',
    ]);
    expect(shownArguments([`node /srv/words/server.js ${S}`])).toEqual(['node /srv/words/server.js …']);
  });
});

it('is the whole text again, whatever the text, where nothing is hidden', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const pieces = shellWords(text);
      expect(pieces.map(({ raw }) => raw).join('')).toBe(text);
      shownCommand(text);
      shownArguments([text, text]);
    }),
    { numRuns: 2000 },
  );
});

it('hides them whatever the secret is', () => {
  const drawn = fc.constantFrom(...secretive.filter(([command]) => command.includes(S)));
  fc.assert(
    fc.property(drawn, secretOf({ name: '', of: 'word', text: String }), ([command], secret) => {
      expect(shownCommand(command.replaceAll(S, secret))).not.toContain(secret);
    }),
    { numRuns: 2000 },
  );
});

it('is done with long and odd words at once', () => {
  for (const part of [
    '/a',
    'a/',
    'a.',
    '$a',
    '{a}',
    'a:',
    '-a',
    '/ ',
    'x=',
    '"a',
    "'",
    '\\',
    'token',
    'a b ',
    '1.',
    '%',
    'http://a/',
    '(',
    '# ',
  ])
    for (const end of ['', ' ', '\u0000', '"', '!'])
      expect(shownCommand(`run ${part.repeat(5000)}${end}`)).toEqual(expect.any(String));
});
