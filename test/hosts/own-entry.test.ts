import { expect, test } from 'vitest';
import type { Finding } from '../../src/domain/findings/finding.js';
import { describeOnServers } from '../on-servers.js';
import { nodeApp, type Project, type Version } from './servers/app.js';
import { Servers } from './servers/harness.js';
import { startLoad } from './five-kinds/load.js';

/** Takes no more requests once it is told to end, and ends when what is under way is answered. */
const graceful = (version: Version) =>
  nodeApp(version).replace("require('http')", "const server = require('http')") +
  `process.on('SIGINT', () => server.close(() => process.exit()));\n`;

/** Somebody's own entry of pm2's keeps the app, and goes on keeping it; `npm run test:longer`. */
describeOnServers('the pm2 entry that is there stays', () => {
  const servers = new Servers('box6');
  const direct = { 'nginx.no-proxy': 'asked directly', 'entry.not-at-boot': 'it never boots' };

  /** All that a deployment must leave as it is: the entry's settings with its variables, the dump, the neighbours' process. */
  const kept = (user: string, name: string) => `sha256sum /home/${user}/.pm2/dump.pm2
    su - ${user} -c 'pm2 pid beside' </dev/null
    su - ${user} -c 'pm2 jlist --silent' </dev/null | node /opt/settings.cjs ${name}
    ls /etc/systemd/system | grep belay || :`;

  const settingsCjs = `const name = process.argv[2];
const entries = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(entries.map(({ name }) => name).sort().join(' '));
for (const { pm_id, pm2_env: env } of entries.filter((entry) => entry.name === name))
  console.log(JSON.stringify([pm_id, env.status, env.exec_mode, env.instances, env.exec_interpreter, env.node_args, env.args,
    env.pm_cwd, env.pm_exec_path, env.pm_out_log_path, env.env]));
`;

  /** Starts the first version as \`start\` says, with a neighbour in the same daemon, and saves both. */
  async function lay(name: string, port: number, start: string): Promise<void> {
    const { box } = servers;
    await box.lay(name, { 'server.js': graceful({ number: 0 }) });
    await box.on(`cat >/opt/settings.cjs <<'END'
${settingsCjs}END
      echo 'setInterval(() => {}, 1000)' >/opt/beside.js
      su - ${name} -c 'pm2 start /opt/beside.js --name beside --silent; cd /srv/${name} && ${start} && pm2 save --silent' </dev/null`);
    await box.until(`curl -fs http://127.0.0.1:${port}/`);
  }

  async function through(name: string, project: Project, port: number): Promise<void> {
    const { box } = servers;
    const write = (version: Version, before = '') => project.write('server.js', before + graceful(version));
    const before = await box.on(kept(name, name));
    await write({ number: 1 });
    const { steps } = await servers.ends('succeeded', 'deploy', project);
    expect(steps.map((step) => step.name)).toContain('rehearse');
    expect(await box.get(port)).toBe('version 1 hello');
    expect(await box.on(kept(name, name))).toBe(before);

    await write({ number: 2 }, 'throw new Error("only in the new code");\n');
    const { cause } = await servers.ends('failed', 'deploy', project);
    expect(cause).toContain('only in the new code');
    await write({ number: 3, broken: true });
    await servers.ends('rolled-back', 'deploy', project);
    expect(await box.get(port)).toBe('version 1 hello');
    expect(await box.on(kept(name, name))).toBe(before);

    await servers.ends('succeeded', 'rollback', project);
    expect(await box.get(port)).toBe('version 0 hello');
    expect(await box.on(kept(name, name))).toBe(before);
  }

  test('one in fork mode, without a key', async () => {
    const { box } = servers;
    await lay(
      'forked',
      8710,
      `GREETING=" hello" PORT=8710 SECRET=hidden pm2 start server.js --name forked --silent --node-args=--no-warnings`,
    );
    const project = await servers.project('forked', {
      run: 'node server.js',
      port: 8710,
      acknowledge: direct,
    });
    await through('forked', project, 8710);
    const log = await servers.belay(['logs', '-n', '5', '--config', project.config]);
    expect(log.exitCode, log.stderr).toBe(0);
    expect(log.stdout + log.stderr).not.toContain('hidden');
    expect(await box.on(`ls /var/lib/belay/*/releases/*/entry 2>/dev/null || echo none`)).toBe('none');
  }, 600_000);

  test('a cluster of two where a key names it, which goes on answering while it is reloaded', async () => {
    const { box } = servers;
    await lay(
      'clustered',
      8720,
      `GREETING=" hello" PORT=8720 pm2 start server.js --name clustered -i 2 --silent`,
    );
    await box.on(`echo 'server { listen 80; server_name clustered.example.test; location / { proxy_pass http://127.0.0.1:8720; } }' >/etc/nginx/sites-enabled/clustered
      systemctl reload nginx`);
    const project = await servers.project('clustered', {
      entry: 'clustered',
      strategy: 'auto',
      site: 'clustered.example.test',
      acknowledge: { ...direct, 'nginx.no-https': 'a throw-away server' },
    });
    await through('clustered', project, 8720);
    await project.write('server.js', graceful({ number: 4 }));
    const stop = startLoad({ address: box.server.address, name: 'clustered' });
    await servers.ends('succeeded', 'deploy', project);
    await servers.ends('succeeded', 'rollback', project);
    const { answers, outage } = await stop();
    expect(answers.some(({ text }) => text === 'version 4 hello')).toBe(true);
    // What an instance was handed as it ended fails with it, as in pm2’s own reload.
    expect(outage).toBeLessThan(1);
  }, 600_000);

  test('what pm2 or supervisord would bring back after a reboot is named, although neither runs', async () => {
    const { box } = servers;
    await box.lay('asleep', { 'server.js': graceful({ number: 0 }) });
    await box.on(`su - asleep -c 'cd /srv/asleep && PORT=8731 SECRET=hidden pm2 start server.js --name old --silent -- --token=hidden
        pm2 save --silent; pm2 kill --silent; PORT=8730 nohup node server.js >/dev/null 2>&1 &' </dev/null
      echo '@reboot pm2 resurrect' | crontab -u asleep -`);
    await box.until(`curl -fs http://127.0.0.1:8730/`);
    const project = await servers.project('asleep', {
      run: 'node server.js',
      port: 8730,
      user: 'asleep',
      acknowledge: direct,
    });
    await project.write('server.js', graceful({ number: 1 }));
    const asleep = async () => {
      const { stdout } = await servers.belay(['plan', '--json', '--config', project.config]);
      expect(stdout).not.toContain('hidden');
      return (JSON.parse(stdout) as { findings: Finding[] }).findings
        .filter(({ id }) => id.startsWith('keeper.'))
        .map(({ severity, id, message, evidence }) => `${severity} ${id}: ${message}\n${evidence}`)
        .join('\n');
    };
    expect(await asleep()).toMatch(
      /^block keeper\.asleep: old, which pm2 of asleep has saved, .* by line 1 of crontab:asleep:.*\n\/home\/asleep\/\.pm2\/dump\.pm2: \/srv\/asleep\/server\.js --token=…$/,
    );
    await box.on(
      `crontab -u asleep -r; PM2_HOME=/root/apart pm2 startup systemd -u asleep --hp /home/asleep >/dev/null; true`,
    );
    expect(await asleep()).toMatch(/^block keeper\.asleep: .* by pm2-asleep\.service:/);
    await box.on(`systemctl disable -q pm2-asleep`);
    expect(await asleep()).toMatch(/^warn keeper\.saved: /);

    // What only root can read is not read for a link that its user put there.
    await box.on(`cd /home/asleep/.pm2; mv dump.pm2 /root/theirs; chown root: /root/theirs; chmod 600 /root/theirs; chmod 711 /root
      su asleep -c 'rm -f dump.pm2.bak; ln -s /root/theirs dump.pm2'
      cat >/etc/supervisor/conf.d/asleep.conf <<'END'
[program:asleep]
command=node server.js
directory=/srv/asleep
environment=PORT="8730",SECRET="hidden"
END
      systemctl stop supervisor; systemctl enable -q supervisor`);
    expect(await asleep()).toMatch(
      /^block keeper\.asleep: Supervisor program asleep, .* by supervisor\.service:.*\n\/etc\/supervisor\/conf\.d\/asleep\.conf: node server\.js$/,
    );
    await box.on(
      `echo autostart=false >>/etc/supervisor/conf.d/asleep.conf; systemctl disable -q supervisor`,
    );

    // Neither where every host has it.
    await box.on(`install -d -o asleep /opt/asleep
      su - asleep -c 'export PM2_HOME=/opt/asleep; cd /srv/asleep && PORT=8731 pm2 start server.js --name elsewhere --silent
        pm2 save --silent; pm2 kill --silent' </dev/null
      printf 'PM2_HOME=/opt/asleep\\n@reboot pm2 resurrect\\n' | crontab -u asleep -
      printf '[supervisord]\\nnodaemon=true\\n[program:other]\\ncommand=node server.js\\ndirectory=/srv/asleep\\n' >/opt/supervised.conf
      printf '[Service]\\nExecStart=/usr/bin/supervisord -n -c /opt/supervised.conf\\n[Install]\\nWantedBy=multi-user.target\\n' \\
        >/etc/systemd/system/asleep-too.service
      systemctl enable -q asleep-too; systemctl start supervisor`);
    const elsewhere = await asleep();
    expect(elsewhere).toMatch(
      /^block keeper\.asleep: elsewhere, which pm2 of asleep has saved, .* by line 2 of crontab:asleep:/m,
    );
    expect(elsewhere).toContain('/opt/asleep/dump.pm2: /srv/asleep/server.js');
    expect(elsewhere).toMatch(/^block keeper\.asleep: Supervisor program other, .* by asleep-too\.service:/m);
    await box.on(
      'crontab -u asleep -r; rm -r /opt/asleep; systemctl disable -q asleep-too; rm /etc/systemd/system/asleep-too.service',
    );
    await servers.ends('succeeded', 'deploy', project);
    expect(await box.get(8730)).toBe('version 1');
  }, 600_000);
});
