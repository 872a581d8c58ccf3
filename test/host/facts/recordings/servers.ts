import type { Subject } from '../../../../src/host/facts/read.js';

/** What inspect.sh printed on one server, as it is kept in test/fixtures/facts/<name>.txt. */
export interface Recording extends Subject {
  name: string;
  /** Who logs in; root where nobody is named. */
  as?: string;
  /** What is done as root just before. */
  then?: string;
}

/** A real server, and what is read off it one after the other. */
export interface Kind {
  /** The packages of sandbox servers, those of a Debian of its own, or busybox alone. */
  of: 'sandbox' | 'busybox' | { suite: string; packages: string[] };
  /** The login's locale. */
  lang?: string;
  /** Done first, as root, by sh. */
  arrange: string;
  recordings: Recording[];
}

const words = { path: '/srv/words', unit: 'belay-words.service' };

const app = `mkdir -p /srv/words
cat >/srv/words/app.py <<'END'
def app(environ, start_response):
    start_response('200 OK', [])
    return [b'words']
END
`;

const unit = (bind: string) => `cat >/etc/systemd/system/words.service <<'END'
[Service]
WorkingDirectory=/srv/words
ExecStart=/usr/bin/gunicorn -w 2 -b ${bind} app:app
Environment=TOKEN=planted PORT=9999
Restart=always
[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl enable --quiet --now words 2>/dev/null
`;

/** Waits until a TCP port is listened on, given as /proc/net has it. */
const until = (hex: string) => `tries=0
until grep -q ':${hex} 0*:0000 0A' /proc/net/tcp /proc/net/tcp6; do
  tries=$((tries + 1)); [ $tries -lt 300 ] || exit 1; sleep 0.1
done
`;

const inbox = (hex: string) => `${app}${unit('127.0.0.1:9999')}${until('270F')}${until(hex)}`;

/** One pm2 a user; a crontab from Windows; a job of at; a unit of a user's own. */
const shared: Kind = {
  of: 'sandbox',
  arrange: `useradd -m -s /bin/bash ann; useradd -m -s /bin/bash ben; useradd -m ops; useradd -m adm1
for user in ops adm1; do
  install -d -o $user -m 0700 /home/$user/.ssh
  install -o $user -m 0600 /root/.ssh/authorized_keys /home/$user/.ssh/
done
echo 'adm1 ALL=(root) NOPASSWD: /bin/sh, /usr/bin/sh' >/etc/sudoers.d/adm1
mkdir -p /srv/words /srv/shop
cat >/srv/words/server.js <<'END'
require('http').createServer((request, response) => response.end('words')).listen(Number(process.env.PORT), '127.0.0.1');
END
cp /srv/words/server.js /srv/shop/server.js
su - ann -c 'cd /srv/words && TOKEN=planted PORT=3000 pm2 start server.js --silent --name words --cron-restart "0 4 * * *" -- --color && pm2 save --silent' </dev/null
su - ben -c 'cd /srv/shop && PORT=3100 pm2 start server.js --silent --name shop -i 2 && pm2 save --silent && pm2 stop shop --silent' </dev/null
printf 'MAILTO=ann\\r\\n# words\\r\\n@reboot cd /srv/words && PORT=3000 node server.js\\r\\n*/5 * * * * curl -s http://127.0.0.1:3000/ -H "Authorization: Bearer planted"\\r\\n' >/var/spool/cron/crontabs/ann
chown ann:crontab /var/spool/cron/crontabs/ann; chmod 600 /var/spool/cron/crontabs/ann
echo '@daily /home/ops/report.sh' | crontab -u ops -
install -d -o ben /home/ben/.config/systemd/user/default.target.wants
printf '[Service]\\nWorkingDirectory=/srv/words\\nExecStart=/usr/bin/node server.js\\n' >/home/ben/.config/systemd/user/words.service
ln -s ../words.service /home/ben/.config/systemd/user/default.target.wants/
mkdir -p /var/spool/cron/atjobs
printf '%s\\n' '#!/bin/sh' 'TOKEN=planted; export TOKEN' 'cd /srv/words || {' ' exit 1' '}' 'node server.js' >/var/spool/cron/atjobs/a0000301c5a9f8
echo 'server { listen 80; server_name words.example.test; location / { proxy_pass http://127.0.0.1:3000; } }' >/etc/nginx/sites-enabled/words
systemctl reload nginx
${until('0BB8')}`,
  recordings: [
    { ...words, name: 'pm2-of-two-users' },
    { ...words, name: 'plain-user', as: 'ops' },
    { ...words, name: 'sudo-user', as: 'adm1' },
    {
      ...words,
      name: 'nginx-tangle',
      then: `${app}su - ann -c 'pm2 kill --silent' </dev/null; su - ben -c 'pm2 kill --silent' </dev/null
openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=words.example.test -addext 'subjectAltName=DNS:words.example.test,DNS:*.words.example.test' \\
  -keyout /etc/ssl/private/words.key -out /etc/ssl/certs/words.pem 2>/dev/null
mkdir -p /etc/nginx/apps/deep /run/words
cd /srv/words
setsid gunicorn -b unix:/run/words/app.sock app:app </dev/null >/dev/null 2>&1 &
echo $! >/run/words/pids
setsid gunicorn -b '[::1]:9998' app:app </dev/null >/dev/null 2>&1 &
echo $! >>/run/words/pids
rm /etc/nginx/sites-enabled/words
cat >/etc/nginx/conf.d/upstreams.conf <<'END'
upstream words { least_conn; server unix:/run/words/app.sock weight=5; server [::1]:9998 backup; }
upstream api { server 127.0.0.1:9000 weight=2 max_fails=3; server localhost:9001; keepalive 8; }
map $host $pool { default words; api.example.test api; }
END
cat >/etc/nginx/sites-enabled/words <<'END'
server {
  listen 80 default_server; listen [::]:80 ipv6only=on default_server;
  server_name words.example.test;
  return 301 https://$host$request_uri;
}
server {
  listen 443 ssl; listen [::]:8443 ssl ipv6only=on;
  server_name words.example.test *.words.example.test ~^w\\d+\\.example\\.test$;
  ssl_certificate /etc/ssl/certs/words.pem; ssl_certificate_key /etc/ssl/private/words.key;
  access_log /var/log/nginx/words.log;
  include apps/*.conf;
  location = /health { return 200 "listen 1;{"; }
  location ~* \\.(png|jpg)$ { root /srv/words/static; }
}
END
printf 'location / {\\r\\n  proxy_pass http://words; # to the app\\r\\n}\\r\\nlocation ^~ /by-name/ {\\r\\n  proxy_pass http://$pool;\\r\\n}\\r\\n' >/etc/nginx/apps/a.conf
printf '%s\\n' 'location /api/ { include apps/deep/*.inc; }' 'location /uw { include uwsgi_params; uwsgi_pass unix:/run/words/uw.sock; }' \\
  'location ~ \\.php$ { fastcgi_pass 127.0.0.1:9000; }' >/etc/nginx/apps/b.conf
echo 'proxy_pass http://api/v1/;' >/etc/nginx/apps/deep/api.inc
systemctl reload nginx
${until('01BB')}${until('270E')}`,
    },
    {
      ...words,
      name: 'supervised',
      port: 8600,
      then: `kill $(cat /run/words/pids); rm -rf /etc/nginx; systemctl stop nginx; mv /usr/sbin/nginx /root/
cat >/etc/supervisor/conf.d/words.conf <<'END'
; the words
[program:words]
command=gunicorn -b 127.0.0.1:8600 app:app ; here
directory=/srv/words
environment=TOKEN="planted"
[program:idle]
command=sleep 100000
autostart=false
END
systemctl start supervisor
${until('2198')}timeout 30 sh -c 'until supervisorctl status words | grep -q RUNNING; do sleep 0.1; done'`,
    },
  ],
};

const web: Kind = {
  of: {
    suite: 'bookworm',
    packages: [
      ...['systemd', 'systemd-sysv', 'dbus', 'apache2', 'haproxy', 'caddy', 'python3', 'gunicorn', 'procps'],
      ...['iproute2', 'cron', 'locales'],
    ],
  },
  lang: 'de_DE.UTF-8',
  arrange: `localedef -i de_DE -f UTF-8 de_DE.UTF-8
systemctl disable --quiet --now haproxy caddy 2>/dev/null
a2enmod --quiet proxy proxy_http
cat >/etc/apache2/sites-available/000-default.conf <<'END'
<VirtualHost *:80>
  ServerName words.example.test
  ProxyPass / http://127.0.0.1:9999/
</VirtualHost>
END
systemctl restart apache2
${inbox('0050')}`,
  recordings: [
    { ...words, name: 'apache', port: 9999 },
    {
      ...words,
      name: 'caddy',
      port: 9999,
      then: `systemctl stop apache2
printf ':80 {\\n  reverse_proxy 127.0.0.1:9999\\n}\\n' >/etc/caddy/Caddyfile
systemctl start caddy || { journalctl -u caddy -n 30 -o cat; exit 1; } >&2
${until('0050')}`,
    },
    {
      ...words,
      name: 'haproxy',
      port: 9999,
      then: `systemctl stop caddy
printf '%s\\n' 'frontend visitors' '  mode http' '  bind :80' '  default_backend words' 'backend words' '  mode http' '  server one 127.0.0.1:9999' >>/etc/haproxy/haproxy.cfg
systemctl start haproxy
${until('0050')}`,
    },
  ],
};

const debian = (suite: string): Kind => ({
  of: {
    suite,
    packages: [
      ...[
        'systemd',
        'systemd-sysv',
        'dbus',
        suite === 'bullseye' ? 'nginx-light' : 'nginx',
        'python3',
        'gunicorn',
      ],
      ...['procps', 'iproute2', 'cron'],
    ],
  },
  arrange: `rm -f /etc/nginx/sites-enabled/default
echo 'server { listen 80; server_name words.example.test; location / { proxy_pass http://127.0.0.1:9999; } }' >/etc/nginx/sites-enabled/words
systemctl restart nginx
${inbox('0050')}printf '[Timer]\\nOnCalendar=daily\\nUnit=words.service\\n[Install]\\nWantedBy=timers.target\\n' >/etc/systemd/system/words-daily.timer
systemctl daemon-reload; systemctl enable --quiet --now words-daily.timer
`,
  recordings: [{ ...words, name: suite }],
});

/** As on a router or in an image made by hand: no bash, no ss, no service manager. */
const busybox: Kind = {
  of: 'busybox',
  arrange: `mkdir -p /srv/words /etc/cron.d /var/spool/cron/crontabs
echo words >/srv/words/index.html
printf '%s\\n' '# by hand' '@reboot cd /srv/words && httpd -p 127.0.0.1:9999' >/var/spool/cron/crontabs/root
cd /srv/words && httpd -p 127.0.0.1:9999
${until('270F')}`,
  recordings: [{ ...words, name: 'busybox', port: 9999 }],
};

/** Every server that is recorded; `npm run recordings` makes them. */
export const kinds: readonly Kind[] = [shared, web, debian('bullseye'), debian('trixie'), busybox];
