import { expect, test } from 'vitest';
import { describeOnServers } from '../on-servers.js';
import { Servers } from './servers/harness.js';

/** Greets with what stands in its data, and keeps to its dependency; a broken one fails wherever belay keeps no release of it. */
const app = (number: number, broken = false) => `const fs = require('fs');
const word = require('greets');
const status = ${broken} && !process.env.BELAY_REHEARSAL && !fs.realpathSync(__dirname).includes('.belay') ? 500 : 200;
require('http')
  .createServer((request, response) => response.writeHead(status).end('version ${number} ' + word + ' ' + fs.readFileSync('data/name', 'utf8')))
  .listen(Number(process.env.PORT), '127.0.0.1');
`;

/** \`belay eject\` on servers of somebody's own keepers; \`npm run test:longer\`. */
describeOnServers('a server that is given back', () => {
  const servers = new Servers('box7');

  const kinds = {
    ejunit: {
      port: 8810,
      start: `cat >/etc/systemd/system/ejunit.service <<'END'
[Service]
User=ejunit
WorkingDirectory=/srv/ejunit
ExecStart=/usr/bin/node server.js
Environment=PORT=8810
[Install]
WantedBy=multi-user.target
END
        systemctl daemon-reload; systemctl enable --quiet --now ejunit`,
      kept: `sha256sum /etc/systemd/system/ejunit.service; systemctl is-active ejunit; systemctl is-enabled ejunit`,
    },
    ejsup: {
      port: 8820,
      start: `cat >/etc/supervisor/conf.d/ejsup.conf <<'END'
[program:ejsup]
command=/usr/bin/node server.js
directory=/srv/ejsup
user=ejsup
environment=PORT="8820"
END
        systemctl start supervisor; until supervisorctl status ejsup | grep -q RUNNING; do sleep 0.2; done`,
      kept: `sha256sum /etc/supervisor/conf.d/ejsup.conf; supervisorctl status ejsup | awk '{ print $1, $2 }'`,
    },
    ejpm2: {
      port: 8830,
      start: `su - ejpm2 -c 'cd /srv/ejpm2 && PORT=8830 pm2 start server.js --name ejpm2 -i 2 --silent && pm2 save --silent' </dev/null`,
      kept: `sha256sum /home/ejpm2/.pm2/dump.pm2
        su - ejpm2 -c 'pm2 jlist --silent' </dev/null | node -e 'for (const { name, pm2_env: e } of JSON.parse(require("fs").readFileSync(0, "utf8")))
          console.log(name, e.status, e.exec_mode, e.pm_cwd, e.pm_exec_path)'`,
    },
  };

  test.each(Object.entries(kinds))(
    '%s: a plain folder, its keeper as it is, and nothing of belay’s',
    async (name, { port, start, kept }) => {
      const { box } = servers;
      await box.lay(name, { 'server.js': app(0) });
      await box.on(`mkdir -p /srv/${name}/data /srv/${name}/node_modules/greets; printf hello >/srv/${name}/data/name
        echo "module.exports = 'says'" >/srv/${name}/node_modules/greets/index.js; chown -R ${name}: /srv/${name}
        ${start}`);
      await box.until(`curl -fs http://127.0.0.1:${port}/`);
      const before = await box.on(kept);
      const settings = {
        port,
        run: 'node server.js',
        shared: ['data'],
        acknowledge: { 'nginx.no-proxy': 'asked directly', 'entry.not-at-boot': 'it never boots' },
      };
      const project = await servers.project(name, settings);
      await project.write('server.js', app(1, true));
      await servers.ends('succeeded', 'deploy', project);
      await servers.ends('rolled-back', 'eject', project);
      expect(await box.get(port)).toBe('version 1 says hello');
      expect(await box.on(`stat -c %F /srv/${name} /srv/${name}/data /srv/${name}/node_modules`)).toBe(
        'symbolic link\nsymbolic link\nsymbolic link',
      );

      await project.write('server.js', app(2));
      await servers.ends('succeeded', 'deploy', project);
      await servers.ends('succeeded', 'eject', project);
      expect(await box.get(port)).toBe('version 2 says hello');
      expect(await box.on(kept)).toBe(before);
      expect(
        await box.on(`stat -c '%F %U' /srv/${name} /srv/${name}/data /srv/${name}/node_modules; find /srv/${name} -type l
          ls -d /srv/${name}.belay /var/lib/belay 2>/dev/null; ls /etc/systemd/system | grep belay || echo none`),
      ).toBe(`directory ${name}\ndirectory ${name}\ndirectory ${name}\nnone`);

      await project.write('server.js', app(3));
      await servers.ends('succeeded', 'deploy', project);
      expect(await box.get(port)).toBe('version 3 says hello');
      await servers.ends('succeeded', 'eject', project);
      expect(await box.on(kept)).toBe(before);
    },
    600_000,
  );
});
