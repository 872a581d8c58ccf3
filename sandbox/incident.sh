#!/bin/sh
# Brings a server to the state in which the word counter's upgrade of incident.md began: nginx leads to a gunicorn that
# somebody started by hand, while pm2, cron and a forgotten unit each keep another one for the wrong port. Beside it runs
# a site that nobody may touch. Run as root on the server; /srv/words and /etc/nginx/tls are there already.
set -eu

chown -R root:root /srv/words
install -d -o www-data -g www-data /srv/words/data
install -o root -g www-data -m 0640 /dev/null /srv/words/.env
echo 'WORDS_SECRET=only-on-this-server' >/srv/words/.env
runuser -u www-data -- python3 -c "
import sqlite3
database = sqlite3.connect('/srv/words/data/visits.db')
database.execute('CREATE TABLE visits (at TEXT)')
database.executemany('INSERT INTO visits VALUES (?)', [('2025-12-23 20:00:00',)] * 1000)
database.commit()
"

cat >/etc/nginx/sites-enabled/words <<'END'
server {
    listen 80;
    server_name words.example.test;
    return 301 https://$host$request_uri;
}

server {
    listen 443 ssl;
    server_name words.example.test;
    ssl_certificate /etc/nginx/tls/certificate.pem;
    ssl_certificate_key /etc/nginx/tls/key.pem;

    location / {
        proxy_pass http://127.0.0.1:9999;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
    }
}
END

# The innocent neighbour.
install -d /srv/other
echo 'the other site' >/srv/other/index.html
cat >/etc/systemd/system/other.service <<'END'
[Unit]
Description=The other site

[Service]
User=www-data
WorkingDirectory=/srv/other
ExecStart=/usr/bin/python3 -m http.server --bind 127.0.0.1 8081
Restart=always

[Install]
WantedBy=multi-user.target
END
cat >/etc/nginx/sites-enabled/other <<'END'
server {
    listen 80;
    listen 443 ssl;
    server_name other.example.test;
    ssl_certificate /etc/nginx/tls/certificate.pem;
    ssl_certificate_key /etc/nginx/tls/key.pem;

    location / {
        proxy_pass http://127.0.0.1:8081;
    }
}
END

# The forgotten unit: not running, but it would come with the next boot.
cat >/etc/systemd/system/words.service <<'END'
[Unit]
Description=Tools for texts

[Service]
User=www-data
WorkingDirectory=/srv/words
ExecStart=/usr/bin/gunicorn -b 0.0.0.0:3000 app:app
Restart=always

[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl enable --quiet words.service
systemctl enable --quiet --now other.service
systemctl reload nginx.service

# What serves: started by hand, kept by nobody.
cd /srv/words
WORDS_GREETING='Welcome back' setsid setpriv --reuid www-data --regid www-data --init-groups \
  gunicorn -w 2 -b 127.0.0.1:9999 app:app </dev/null >>/var/log/words.log 2>&1 &

# pm2's entry, started again every two minutes.
pm2 start gunicorn --silent --interpreter none --name words --cwd /srv/words --cron-restart '*/2 * * * *' \
  -- -b 0.0.0.0:3000 app:app </dev/null >/dev/null 2>&1
# Every two minutes it is just being restarted, and would be kept as such.
saves=0
until pm2 save --silent </dev/null >/dev/null 2>&1 && grep -q '"status": "online"' /root/.pm2/dump.pm2; do
  saves=$((saves + 1))
  if [ "$saves" -gt 20 ]; then
    echo "pm2 does not keep its entry as online" >&2
    exit 1
  fi
  sleep 0.2
done

# Cron's: whenever nothing listens on the wrong port.
crontab - <<'END'
# m h dom mon dow command
17 3 * * * /usr/bin/find /var/tmp -xdev -mtime +30 -delete
*/5 * * * * ss -ltn | grep -q ':3000 ' || (cd /srv/words && gunicorn --daemon -b 0.0.0.0:3000 app:app)
END

# Ready when the old version answers through nginx and pm2's beside it.
tries=0
until curl -fsSk --max-time 5 --resolve words.example.test:443:127.0.0.1 -o /dev/null https://words.example.test/ &&
  curl -fsSk --max-time 5 --resolve other.example.test:443:127.0.0.1 -o /dev/null https://other.example.test/ &&
  curl -fsS --max-time 5 -o /dev/null http://127.0.0.1:3000/tools/word-counter; do
  tries=$((tries + 1))
  if [ "$tries" -gt 150 ]; then
    echo 'the sites do not answer' >&2
    tail -n 20 /var/log/words.log /root/.pm2/logs/*.log >&2 || :
    exit 1
  fi
  sleep 0.1
done 2>/dev/null
