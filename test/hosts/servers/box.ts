import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxServer } from '../../../src/sandbox/index.js';
import { nodeApp, pythonApp } from './app.js';

/** A plain server on which other people's apps run, that nobody may touch; each case puts its own app beside them. */
export class Box {
  private constructor(
    readonly server: SandboxServer,
    private readonly folder: string,
  ) {}

  /** A server on which there is nobody yet. @param folder for an ssh configuration */
  static of(server: SandboxServer, folder: string): Box {
    return new Box(server, folder);
  }

  /** @param folder of the test, for an ssh configuration */
  static async arrange(server: SandboxServer, folder: string): Promise<Box> {
    const box = Box.of(server, folder);
    await box.on(neighbours);
    await box.until('curl -fs http://127.0.0.1:8081/ && curl -fs http://127.0.0.1:8082/');
    return box;
  }

  /** Runs a command line as root. */
  async on(command: string): Promise<string> {
    const { code, stdout, stderr } = await this.server.exec(command);
    if (code !== 0) throw new Error(`${command}\nexit ${code}: ${stderr}${stdout}`);
    return stdout.trim();
  }

  async until(condition: string): Promise<void> {
    await this.on(`tries=0; until { ${condition}; } >/dev/null 2>&1; do
      tries=$((tries + 1)); [ $tries -lt 300 ] || { echo never >&2; exit 1; }; sleep 0.1; done`);
  }

  /** Writes an app's files into /srv/<name>, for a user of its own called like it, and waits for nothing. */
  async lay(name: string, files: Record<string, string>): Promise<void> {
    const writes = Object.entries(files).map(
      ([file, text]) => `cat >/srv/${name}/${file} <<'END OF FILE'\n${text}END OF FILE\n`,
    );
    await this.on(`id ${name} >/dev/null 2>&1 || useradd -m -s /bin/bash ${name}
      mkdir -p /srv/${name}\n${writes.join('')}\nchown -R ${name}: /srv/${name}`);
  }

  /** What a visitor gets of the site <name>.example.test, through nginx. */
  visit(name: string): Promise<string> {
    return this.on(`curl -s --max-time 10 -H 'Host: ${name}.example.test' http://127.0.0.1/`);
  }

  /** What is answered at a port of the server itself. */
  get(port: number): Promise<string> {
    return this.on(`curl -s --max-time 10 http://127.0.0.1:${port}/`);
  }

  /** The environment under which belay finds the server, as root or as `user`. */
  reach(user = 'root'): Record<string, string> {
    const own = execFileSync('ssh', ['-G', '-F', this.server.sshConfig, this.server.name], {
      encoding: 'utf8',
    });
    const kept = own
      .split('\n')
      .filter((line) => /^(?:hostname|identityfile|userknownhostsfile) /.test(line));
    const config = join(this.folder, `ssh-${user}`);
    const lines = [`Host ${this.server.name}`, `User ${user}`, 'IdentitiesOnly yes', ...kept];
    writeFileSync(config, lines.join('\n'));
    const resolved = ['sock', 'led', 'live', 'own']
      .map((name) => `${name}.example.test=${this.server.address}`)
      .join(',');
    return { BELAY_SSH_CONFIG: config, BELAY_RESOLVE: resolved };
  }

  /** Everything of the others': processes by pid and start, pages, keepers, what comes at boot. */
  others(): Promise<string> {
    return this.on(`for port in 8081 8082; do
        pid=$(ss -Hltnp "sport = :$port" | grep -o 'pid=[0-9]*' | sort | head -n 1 | tr -d a-z=)
        echo "$port $pid $(cut -d ' ' -f 22 /proc/$pid/stat) $(curl -s http://127.0.0.1:$port/)"
      done
      systemctl is-enabled blog; crontab -l
      ${this.entries('root', 'shop')}`);
  }

  /** A command that prints a user's pm2 entries of that name: what the daemon has, then what its dump has. */
  entries(user: string, name: string): string {
    return `su - ${user} -c 'pm2 jlist --silent' | node /opt/entries.cjs ~${user}/.pm2/dump.pm2 ${name}`;
  }
}

/** status, restarts, and the folder, which tells the release. */
const entriesCjs = `const fs = require('fs');
const [dump, name] = process.argv.slice(2);
const tell = (title, entries) =>
  console.log([title, ...entries.map((entry) => entry.pm2_env || entry).filter((entry) => entry.name === name)
    .map(({ status, restart_time, pm_cwd }) => [status, restart_time, pm_cwd].join(' ')).sort()].join(' | '));
tell('has', JSON.parse(fs.readFileSync(0, 'utf8')));
tell('saved', fs.existsSync(dump) ? JSON.parse(fs.readFileSync(dump, 'utf8')) : []);
`;

const neighbours = `set -eu
mkdir /srv/blog /srv/shop
cat >/opt/entries.cjs <<'END'
${entriesCjs}END
cat >/srv/blog/app.py <<'END'
${pythonApp({ number: 81 })}END
cat >/srv/shop/server.js <<'END'
${nodeApp({ number: 82 })}END
cat >/etc/systemd/system/blog.service <<'END'
[Service]
User=www-data
WorkingDirectory=/srv/blog
ExecStart=/usr/bin/gunicorn -w 2 -b 127.0.0.1:8081 app:app
Restart=always
[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl enable --quiet --now blog
cd /srv/shop
PORT=8082 pm2 start server.js --name shop --silent </dev/null >/dev/null 2>&1
pm2 save --silent </dev/null >/dev/null 2>&1
printf '%s\\n' '@reboot touch /tmp/booted' '17 3 * * * /srv/blog/nightly.sh' | crontab -`;
