import { must } from '../support.mjs';

/** Restarts the app of a peer and waits until it answers through nginx, as each does in its own words. */
export const restart = (name, port) =>
  `systemctl restart peer-${name} && until curl -sf http://127.0.0.1:${port}/ >/dev/null; do sleep 0.05; done`;

/** Lays down what keeps a peer's app, from the folder `current`, and the site that leads to it. */
export async function layKeeper(server, name, port) {
  await must(
    server,
    `cat >/etc/systemd/system/peer-${name}.service <<'END'
[Service]
User=www-data
WorkingDirectory=/srv/${name}/current
ExecStart=/usr/bin/python3 -m http.server ${port} --bind 127.0.0.1 --directory data
END
mkdir -p /srv/${name}
systemctl daemon-reload`,
  );
  await laySite(server, name, port);
}

export async function laySite(server, name, port) {
  await must(
    server,
    `cat >/etc/nginx/sites-enabled/${name} <<'END'
server { listen 80; server_name ${name}.example.test; location / { proxy_pass http://127.0.0.1:${port}; } }
END
systemctl reload nginx`,
  );
}
