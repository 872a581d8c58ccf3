import { expect, test } from 'vitest';
import { decideBind } from '../../../src/domain/nginx/bind/bind.js';
import type { Facts, NginxBackend, NginxServer } from '../../../src/domain/facts/facts.js';
import { finder } from '../../../src/domain/findings/finder.js';
import { hostFindings } from '../../../src/domain/plan/host-findings.js';
import { nameOf } from '../../../src/domain/keepers/evidence.js';
import { keeperOf, keeperText } from '../../../src/domain/keepers/kinds/of-group.js';
import { appView, listenerText, servingGroups } from '../../../src/domain/keepers/process-groups.js';
import { factsOf } from '../../../src/host/facts/read.js';
import { makeApp } from '../../domain/make-app.js';
import { recordedSections } from '../../fixtures/facts/load.js';
import { kinds, type Recording } from './recordings/servers.js';

/** What a person would find who looked at each server: recordings/servers.ts says how they were set up. */
const expected: Record<string, string> = {
  'pm2-of-two-users': `
Debian GNU/Linux 12 (bookworm), systemd, root
lacks 
listens 0.0.0.0:22 sshd
listens [::]:22 sshd
listens 0.0.0.0:80 nginx
listens 127.0.0.1:3000 server.js
app at 3000
finding nginx.no-https: words.example.test is served without HTTPS
serves server.js of ann in /srv/words: pm2 entry words (id 0) of ann
nginx 1.22.1
site words.example.test at *:80
   / → 127.0.0.1:3000 /etc/nginx/sites-enabled/words:1
pm2 ann words online fork 3000 /srv/words 0 4 * * * saved
pm2 ben shop stopped cluster 3100 /srv/shop not saved
pm2 ben shop stopped cluster 3100 /srv/shop not saved
cron crontab:ann:3 cd /srv/words && PORT=3000 node server.js
cron crontab:ann:4 curl -s http://127.0.0.1:3000/ -H "…"
cron crontab:ops:1 /home/ops/report.sh
at 3 root /srv/words node server.js
user-unit ben words.service enabled /usr/bin/node server.js
unit nginx.service active enabled
unit ssh.service active enabled`,
  'plain-user': `
Debian GNU/Linux 12 (bookworm), systemd, ops without root
lacks 
listens 0.0.0.0:22 ?
listens [::]:22 ?
listens 0.0.0.0:80 ?
listens 127.0.0.1:3000 ?
app at ?
finding nginx.broken: nginx must be able to read its own configuration
nginx open() "/run/nginx.pid" failed (13: Permission denied)
cron crontab:ops:1 /home/ops/report.sh
at 3 root /srv/words node server.js
user-unit ben words.service enabled /usr/bin/node server.js
unit nginx.service active enabled
unreadable other users’ processes`,
  'sudo-user': `
Debian GNU/Linux 12 (bookworm), systemd, adm1
lacks 
listens 0.0.0.0:22 sshd
listens [::]:22 sshd
listens 0.0.0.0:80 nginx
listens 127.0.0.1:3000 server.js
app at 3000
finding nginx.no-https: words.example.test is served without HTTPS
serves server.js of ann in /srv/words: pm2 entry words (id 0) of ann
nginx 1.22.1
site words.example.test at *:80
   / → 127.0.0.1:3000 /etc/nginx/sites-enabled/words:1
pm2 ann words online fork 3000 /srv/words 0 4 * * * saved
pm2 ben shop stopped cluster 3100 /srv/shop not saved
pm2 ben shop stopped cluster 3100 /srv/shop not saved
cron crontab:ann:3 cd /srv/words && PORT=3000 node server.js
cron crontab:ann:4 curl -s http://127.0.0.1:3000/ -H "…"
cron crontab:ops:1 /home/ops/report.sh
at 3 root /srv/words node server.js
user-unit ben words.service enabled /usr/bin/node server.js
unit nginx.service active enabled
unit ssh.service active enabled`,
  'nginx-tangle': `
Debian GNU/Linux 12 (bookworm), systemd, root
lacks 
listens /run/words/app.sock gunicorn
listens 0.0.0.0:22 sshd
listens [::]:22 sshd
listens 0.0.0.0:80 nginx
listens [::]:80 nginx
listens 0.0.0.0:443 nginx
listens [::]:8443 nginx
listens [::1]:9998 gunicorn
app at /run/words/app.sock
serves gunicorn of root in /srv/words: nothing, it was started by hand
serves gunicorn of root in /srv/words: nothing, it was started by hand
nginx 1.22.1
site words.example.test at *:80, :::80
site words.example.test *.words.example.test ~^w\\d+\\.example\\.test$ at *:443 tls, :::8443 tls
   / → /run/words/app.sock /etc/nginx/apps/a.conf:2
   ^~ /by-name/ → /run/words/app.sock /etc/nginx/apps/a.conf:5
   /api/ → 127.0.0.1:9000, localhost:9001 /etc/nginx/apps/deep/api.inc:1
   /uw → /run/words/uw.sock /etc/nginx/apps/b.conf:2
   ~ \\.php$ → 127.0.0.1:9000 /etc/nginx/apps/b.conf:3
   = /health → /etc/nginx/sites-enabled/words:12
   ~* \\.(png|jpg)$ → /srv/words/static /etc/nginx/sites-enabled/words:13
certificate /etc/ssl/certs/words.pem words.example.test *.words.example.test
cron crontab:ann:3 cd /srv/words && PORT=3000 node server.js
cron crontab:ann:4 curl -s http://127.0.0.1:3000/ -H "…"
cron crontab:ops:1 /home/ops/report.sh
at 3 root /srv/words node server.js
user-unit ben words.service enabled /usr/bin/node server.js
unit nginx.service active enabled
unit ssh.service active enabled`,
  supervised: `
Debian GNU/Linux 12 (bookworm), systemd, root
lacks 
listens 0.0.0.0:22 sshd
listens [::]:22 sshd
listens 127.0.0.1:8600 gunicorn
app at 8600
serves gunicorn of root in /srv/words: supervisor program words
nginx none
supervisor idle STOPPED sleep 100000
supervisor words RUNNING gunicorn -b 127.0.0.1:8600 app:app /srv/words (at boot)
cron crontab:ann:3 cd /srv/words && PORT=3000 node server.js
cron crontab:ann:4 curl -s http://127.0.0.1:3000/ -H "…"
cron crontab:ops:1 /home/ops/report.sh
at 3 root /srv/words node server.js
user-unit ben words.service enabled /usr/bin/node server.js
unit ssh.service active enabled
unit supervisor.service active disabled`,
  apache: `
Debian GNU/Linux 12 (bookworm), systemd, root
lacks node
listens *:80 apache2
listens 127.0.0.1:9999 gunicorn
app at 9999
finding web.other: Apache takes the visitors’ requests on *:80
serves gunicorn of root in /srv/words: unit words.service, Restart=always
nginx none
unit apache2.service active enabled
unit words.service active enabled 9999`,
  caddy: `
Debian GNU/Linux 12 (bookworm), systemd, root
lacks node
listens *:80 caddy
listens 127.0.0.1:2019 caddy
listens 127.0.0.1:9999 gunicorn
app at 9999
finding web.other: Caddy takes the visitors’ requests on *:80
serves gunicorn of root in /srv/words: unit words.service, Restart=always
nginx none
unit caddy.service active disabled
unit words.service active enabled 9999`,
  haproxy: `
Debian GNU/Linux 12 (bookworm), systemd, root
lacks node
listens 0.0.0.0:80 haproxy
listens 127.0.0.1:9999 gunicorn
app at 9999
finding web.other: HAProxy takes the visitors’ requests on 0.0.0.0:80
serves gunicorn of root in /srv/words: unit words.service, Restart=always
nginx none
unit haproxy.service active disabled
unit words.service active enabled 9999`,
  bullseye: `
Debian GNU/Linux 11 (bullseye), systemd, root
lacks node
listens 0.0.0.0:80 nginx
listens 127.0.0.1:9999 gunicorn
app at 9999
finding nginx.no-https: words.example.test is served without HTTPS
serves gunicorn of root in /srv/words: unit words.service, Restart=always
nginx 1.18.0
site words.example.test at *:80
   / → 127.0.0.1:9999 /etc/nginx/sites-enabled/words:1
unit nginx.service active enabled
unit words-daily.timer active enabled
unit words.service active enabled 9999 words-daily.timer`,
  trixie: `
Debian GNU/Linux 13 (trixie), systemd, root
lacks node
listens 0.0.0.0:80 nginx
listens 127.0.0.1:9999 gunicorn
app at 9999
finding nginx.no-https: words.example.test is served without HTTPS
serves gunicorn of root in /srv/words: unit words.service, Restart=always
nginx 1.26.3
site words.example.test at *:80
   / → 127.0.0.1:9999 /etc/nginx/sites-enabled/words:1
unit nginx.service active enabled
unit words-daily.timer active enabled
unit words.service active enabled 9999 words-daily.timer`,
  busybox: `
busybox alone, sleep, root
lacks ss flock setpriv systemctl node python3
listens 127.0.0.1:9999 httpd
app at 9999
serves httpd of root in /srv/words: nothing, it was started by hand
nginx none
cron crontab:root:2 cd /srv/words && httpd -p 127.0.0.1:9999`,
};

test.each(
  kinds.flatMap(({ recordings }) => recordings.map((recording) => [recording.name, recording] as const)),
)('reads the server %s as a person would', (name, recording) => {
  const facts = factsOf(recordedSections(name), recording);
  expect(JSON.stringify(facts)).not.toContain('planted');
  expect(facts.disk?.availableBytes).toBeGreaterThan(1e9);
  expect(told(facts, recording)).toBe((expected[name] ?? '').trim());
});

function told(facts: Facts, { path, port }: Recording): string {
  const { system, tools, nginx } = facts;
  const site = nginx === null || nginx.servers.length === 0 ? undefined : 'words.example.test';
  const app = makeApp({ path, port: port ?? 'auto', site });
  const { bind, findings } = decideBind(facts, app, 'web1');
  const find = finder('web1');
  hostFindings({ app, facts, bind, stops: [] }, find);
  const serving = servingGroups(appView(facts, bind, path));
  return [
    `${system.os}, ${system.init}, ${system.user}${system.root ? '' : ' without root'}`,
    `lacks ${['ss', 'flock', 'setpriv', 'systemctl', 'node', 'python3'].filter((tool) => tools[tool] === null).join(' ')}`,
    ...facts.listeners.map(
      (listener) => `listens ${listenerText(listener)} ${namesOf(listener.pids, facts)}`,
    ),
    `app at ${bind === null ? '?' : bind.kind === 'port' ? bind.port : bind.path}`,
    ...findings
      .concat(find.found)
      .map(({ id, message }) => `finding ${id}: ${message.split(/[,;.] |\.$/)[0] ?? ''}`),
    ...serving.map((group) => {
      const { command, user, cwd } = group.root;
      return `serves ${nameOf(command)} of ${user} in ${cwd}: ${keeperText(keeperOf(group, appView(facts, bind, path)))}`;
    }),
    `nginx ${nginx === null ? 'none' : (nginx.error?.replace(/^[^]*\[emerg\] \S+ |\n[^]*$/g, '') ?? nginx.version)}`,
    ...(nginx?.servers ?? []).flatMap(serverLines),
    ...(facts.certificates ?? []).map(
      ({ file, names, expires }) => `certificate ${file} ${names.join(' ')}${expires === null ? ' ?' : ''}`,
    ),
    ...facts.pm2.flatMap(({ user, dumpMatches, entries }) =>
      entries.map(({ name, status, mode, port: own, cwd, cronRestart = '' }) =>
        line('pm2', user, name, status, mode, own, cwd, cronRestart, dumpMatches ? 'saved' : 'not saved'),
      ),
    ),
    ...(facts.supervisors ?? []).flatMap(({ programs }) =>
      programs.map(({ name, state, command, directory, atBoot }) =>
        line('supervisor', name, state, command, directory, atBoot ? '(at boot)' : ''),
      ),
    ),
    // What every Debian has is left out.
    ...facts.cron.flatMap(({ source, line: number, command }) =>
      /^\/etc\/(crontab|cron\.d\/e2scrub_all)$/.test(source)
        ? []
        : [line('cron', `${source}:${number}`, command)],
    ),
    ...(facts.at ?? []).map(({ job, user, folder, command }) =>
      line('at', String(job), user, folder, command),
    ),
    ...(facts.userUnits ?? []).map(({ unit, user, enabled, execStart }) =>
      line('user-unit', user, unit, enabled ? 'enabled' : 'disabled', execStart),
    ),
    ...facts.units.flatMap(({ unit, active, enabled, port: own, triggeredBy = [] }) =>
      unit.startsWith('user@') ? [] : [line('unit', unit, active, enabled, own, ...triggeredBy)],
    ),
    ...facts.unreadable.map(({ fact }) => `unreadable ${fact}`),
  ].join('\n');
}

function serverLines({ names, listens, locations }: NginxServer): string[] {
  const at = listens.map(({ address, port, tls }) => `${address}:${port}${tls ? ' tls' : ''}`);
  return [
    `site ${names.join(' ')} at ${at.join(', ')}`,
    ...locations.map(({ modifier, pattern, backends, root, where }) =>
      line('  ', modifier, pattern, '→', [...backends.map(backendText), root ?? []].flat().join(', '), where),
    ),
  ];
}

function line(...words: (string | undefined)[]): string {
  return words.filter((word) => word !== undefined && word !== '').join(' ');
}

function namesOf(pids: readonly number[], { processes }: Facts): string {
  const found = processes.filter(({ pid }) => pids.includes(pid)).map(({ command }) => nameOf(command));
  return found.length === 0 ? '?' : [...new Set(found)].join(', ');
}

function backendText(backend: NginxBackend): string {
  if (backend.kind === 'tcp') return `${backend.address}:${backend.port}`;
  return backend.kind === 'unix' ? backend.path : `unresolvable ${backend.text}`;
}
