/**
 * What a user of the server, mallory, sets up for whoever looks at it as root: each leaves in /tmp/marks the uid under which
 * something of his was run, or that reached him. `files`, `pm2`, `supervisord`, `nginx`, `path`.
 */
export const arrangeMallory = `set -eu
useradd -m -s /bin/bash mallory
install -d -m 1777 /tmp/marks
cd /home/mallory
install -d -o mallory bin

# As a program it is run by \`sh - HOME\`; as a folder of pm2's it is none.
cat >god <<'END'
#!/bin/sh
id -u >>/tmp/marks/pm2
END
chmod 755 god
cat >bin/pm2 <<'END'
#!/bin/sh
id -u >>/tmp/marks/pm2-command
END
cp /bin/dash bin/dash

cat >evil-supervisor.conf <<'END'
[supervisorctl]
serverurl = unix:///home/mallory/supervisor.sock
END
cat >bin/supervisord <<'END'
#!/bin/sh
exec 3<&0
while :; do sleep 1000; done
END
# Whoever asks it leaves his uid.
cat >peer.py <<'END'
import os, socket, struct, sys
path = '/home/mallory/supervisor.sock'
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
os.chmod(path, 0o777)
listener.listen(20)
while True:
    peer, _ = listener.accept()
    uid = struct.unpack('3i', peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1]
    with open('/tmp/marks/supervisord', 'a') as marks:
        print(uid, file=marks)
    peer.close()
END

cat >evil-nginx.conf <<'END'
error_log /home/mallory/made-by-nginx.log;
pid /home/mallory/nginx.pid;
events {}
http { access_log off; server { listen 8099; server_name words.example.test; location / { proxy_pass http://127.0.0.1:6666; } } }
END

for tool in sed awk grep stat id ss systemctl dd sh ls; do
  printf '#!/bin/dash\\n/usr/bin/id -u >>/tmp/marks/path\\nexec /usr/bin/%s "$@"\\n' $tool >bin/$tool
done
chmod 755 bin/*

# A link that leads to what only root may read.
install -d -m 700 /root/config
install -d /root/config/systemd/user
printf '[Service]\\nExecStart=/srv/tiny/run only-roots-planted\\n' >/root/config/systemd/user/words.service
ln -s /root/config .config
chown -R -h mallory: /home/mallory
cat >/opt/as-mallory.sh <<'END'
cd /home/mallory
sleep infinity | bash -c 'exec -a "PM2 v5.3.0: God Daemon (/home/mallory/god)" bin/dash' &
bin/supervisord -c /home/mallory/evil-supervisor.conf &
python3 peer.py &
sleep infinity | bash -c 'exec -a "nginx: master process /usr/sbin/nginx -c /home/mallory/evil-nginx.conf" bin/dash' &
END
setsid -f runuser -u mallory -- bash /opt/as-mallory.sh </dev/null >/dev/null 2>&1
tries=0
until [ -S /home/mallory/supervisor.sock ]; do
  tries=$((tries + 1))
  [ $tries -lt 300 ]
  sleep 0.1
done
echo 'SetEnv PATH=/home/mallory/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' >/etc/ssh/sshd_config.d/path.conf
systemctl restart ssh
`;

/** What is in /tmp/marks, as `<what> <uid>`, each once. */
export const marks = `cd /tmp/marks && for mark in *; do [ ! -f "$mark" ] || sort -u "$mark" | sed "s/^/$mark /"; done
[ ! -e /home/mallory/made-by-nginx.log ] || stat -c 'nginx %u' /home/mallory/made-by-nginx.log`;
