/**
 * What hugo, a user of the server, sets up around the pm2 that keeps the app at port 8100: programs of his own, links out of his pm2's
 * home to root's files, a pid file that names root's process. Each of his programs leaves in /tmp/marks as whom it ran.
 */
export const arrangeHugo = `set -eu
useradd -m -s /bin/bash hugo
chown hugo: /srv/fresh
install -m 600 /dev/null /root/kept
echo roots >/root/kept
setsid sleep 86400 </dev/null >/dev/null 2>&1 &
echo $! >/root/victim
su - hugo -c 'cd /srv/fresh && PORT=8100 pm2 start server.js --silent --name fresh && pm2 save --silent' </dev/null
cat >/opt/as-hugo.sh <<'END'
set -eu
cd
mkdir -p bin .pm2/node_modules/.bin .pm2/bin
for tool in node pm2 sh cat mv chown; do
  for folder in bin .pm2/bin .pm2/node_modules/.bin .pm2 /srv/fresh; do
    [ ! -e "$folder/$tool" ] || continue
    printf '#!/bin/dash\\n/usr/bin/id -u >>/tmp/marks/hugo\\nexec /usr/bin/%s "$@"\\n' "$tool" >"$folder/$tool"
    chmod 755 "$folder/$tool"
  done
done
echo 'PATH=$HOME/bin:$HOME/.pm2/bin:$PATH' >>.profile
echo 'require("fs").appendFileSync("/tmp/marks/hugo", process.getuid() + "\\\\n")' >.pm2/first.js
echo '--require=/home/hugo/.pm2/first.js' >.pm2/.noderc
for each in dump.pm2.belay dump.pm2.new dump.pm2.bak.belay dump.pm2.bak module_conf.json.belay; do ln -sf /root/kept ".pm2/$each"; done
cat /tmp/victim >.pm2/pm2.pid
rm -rf .pm2/logs
ln -s /root .pm2/logs
END
cp /root/victim /tmp/victim
su hugo -c 'HOME=/home/hugo sh /opt/as-hugo.sh'
`;

/** Root's file, as it has to stay, and root's process. */
export const ofRoot = `cat /root/kept; stat -c '%U %a' /root/kept; ls /root/*.log /root/fresh* 2>/dev/null; ps -o comm= -p "$(cat /root/victim)"`;

/** Names and words that act on a terminal and on a page, wherever a server lets somebody write some. */
export const arrangeNames = `set -eu
acts=$(printf '\\033]0;owned\\007\\033[2J')
printf 'server { listen 80; server_name odd.example.test; location "/a%s" { proxy_pass http://127.0.0.1:8000; } }\\n' "$acts" \\
  >/etc/nginx/sites-enabled/odd
nginx -t 2>/dev/null && systemctl reload nginx
printf '[Unit]\\nDescription=odd %s\\n[Service]\\nWorkingDirectory=/srv/tiny\\nExecStart=/bin/sleep 86401 /srv/tiny/%s\\n' "$acts" "$acts" \\
  >"/etc/systemd/system/odd.service"
cp /etc/systemd/system/odd.service "/etc/systemd/system/odd$acts.service"
systemctl daemon-reload
systemctl start odd.service
cd /srv/tiny
setsid -f runuser -u www-data -- bash -c 'exec -a "'"$acts"'# heading [x](https://evil.test)" sleep 86402' </dev/null >/dev/null 2>&1
printf '* * 1 1 * root cd /srv/tiny && : %s\\n' "$acts" >/etc/cron.d/odd
`;
