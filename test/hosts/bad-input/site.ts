import { request } from 'node:http';
import { createSandbox, type SandboxServer } from '../../../src/sandbox/index.js';

/** The app of these tests: answers with the version that lies beside it. */
export const serverPy = `import http.server, pathlib, sys

version = pathlib.Path(__file__).with_name('version.txt').read_text().strip()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f'version {version}\\n'.encode()
        self.send_response(500 if version.startswith('broken') else 200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()
`;

/** Where the site that runs already lives, and where nothing is yet though nginx leads there. */
export const running = { site: 'tiny.example.test', path: '/srv/tiny', port: 8000 };
export const fresh = { site: 'fresh.example.test', path: '/srv/fresh', port: 8100 };

/** A server with nginx and a small app behind it, kept by a unit, in version 1. */
export async function createSite(): Promise<SandboxServer> {
  const server = await createSandbox({ name: 'tiny1' });
  const { code, stderr } = await server.exec(setUp);
  if (code !== 0) throw new Error(`the site could not be set up: ${stderr}`);
  return server;
}

const proxy = ({ site, port }: typeof running) =>
  `server { listen 80; server_name ${site}; location / { proxy_pass http://127.0.0.1:${port}; } }`;

const setUp = `set -eu
install -d ${running.path}
cat >${running.path}/server.py <<'END'
${serverPy}END
echo 1 >${running.path}/version.txt
cat >/etc/systemd/system/tiny.service <<'END'
[Service]
User=www-data
WorkingDirectory=${running.path}
ExecStart=/usr/bin/python3 server.py ${running.port}
Restart=always

[Install]
WantedBy=multi-user.target
END
echo '${proxy(running)}' >/etc/nginx/sites-enabled/tiny
echo '${proxy(fresh)}' >/etc/nginx/sites-enabled/fresh
systemctl daemon-reload
systemctl enable --quiet --now tiny.service
systemctl reload nginx.service
tries=0
until curl -fsS -H 'Host: ${running.site}' http://127.0.0.1/ >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 200 ]
  sleep 0.1
done`;

/** What a site answers to a visitor: status and body. */
export function visit(server: SandboxServer, { site }: { site: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: server.address, headers: { host: site }, timeout: 10_000 }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve(`${response.statusCode} ${body.trim()}`));
    })
      .on('error', reject)
      .end();
  });
}

/** All that a deployment could have changed: what is served and by which process, files, units, and traces of belay. */
export async function stateOf(server: SandboxServer): Promise<{ page: string; host: string[] }> {
  const { code, stdout, stderr } = await server.exec(`set -eu
pid=$(systemctl show -p MainPID --value tiny.service)
echo "serves $pid $(cut -d ' ' -f 22 "/proc/$pid/stat")"
find /srv /etc /root /opt /tmp /var/tmp /var/spool/cron -printf '%p %y %m %U %i %l\\n' | sort
find /srv /etc -type f -printf '%p %s %T@\\n' | sort
find / /run -xdev -name '*belay*' | sed 's/^/belay: /'
systemctl list-units --all --plain --no-legend 'belay*' | sed 's/^/unit: /'
ps -eo sid=,args= | awk -v own="$(ps -o sid= -p $$)" '$1 != own + 0 && /belay/ { print "process: " $0 }'`);
  if (code !== 0) throw new Error(`the server's state could not be read: ${stderr}`);
  return { page: await visit(server, running), host: stdout.trimEnd().split('\n') };
}

/** Lists a folder's files and links with their digests, for \`sh -c\` here and on a server. */
export function digestsOf(folder: string): string {
  return `cd '${folder}' && export LC_ALL=C &&
find . -type f -print0 | sort -z | xargs -0 sha256sum -z -- | tr '\\0' '\\n' &&
find . -type f -perm -100 -printf 'executable %p\\n' | sort && find . -type l -printf 'link %p -> %l\\n' | sort`;
}
