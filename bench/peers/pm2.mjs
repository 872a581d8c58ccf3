import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { timed } from '../support.mjs';
import { laySite } from './app.mjs';
import { fromNpm } from './from-npm.mjs';

const version = '7.0.4';

/** `pm2 deploy`: the server pulls, and pm2 reloads the app. */
export async function pm2({ server, sshConfig, source, folder, port, push }) {
  await laySite(server, 'pm2', port);
  const own = join(folder, 'pm2');
  mkdirSync(own);
  await fromNpm(own, `pm2@${version}`);
  const app = { name: 'peer', script: `/usr/bin/python3`, interpreter: 'none', cwd: '/srv/pm2/current' };
  const args = `-m http.server ${port} --bind 127.0.0.1 --directory data`;
  const again = `pm2 startOrReload /srv/pm2/ecosystem.json && until curl -sf http://127.0.0.1:${port}/ >/dev/null; do sleep 0.05; done`;
  const production = {
    user: 'root',
    host: 'bench',
    ref: 'origin/main',
    repo: '/srv/repo.git',
    path: '/srv/pm2',
    ssh_options: [`ForwardAgent=no`],
    'post-deploy': again,
  };
  const ecosystem = { apps: [{ ...app, args }], deploy: { production } };
  writeFileSync(join(own, 'ecosystem.json'), JSON.stringify(ecosystem));
  const bin = join(own, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${sshConfig} "$@"\n`, { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, PM2_HOME: join(own, 'home') };
  const run = (...words) =>
    timed(
      join(own, 'node_modules/.bin/pm2'),
      ['deploy', join(own, 'ecosystem.json'), 'production', ...words],
      {
        // It looks whether what is there was pushed.
        cwd: source,
        env,
      },
    );
  await timed('scp', ['-q', '-F', sshConfig, join(own, 'ecosystem.json'), 'bench:/tmp/ecosystem.json']);
  await run('setup');
  await server.exec('cp /tmp/ecosystem.json /srv/pm2/ecosystem.json');
  return {
    name: 'pm2 deploy',
    version,
    async deploy() {
      const pushed = await push();
      return { seconds: pushed.seconds + (await run()).seconds };
    },
    rollback: () => run('revert', '1'),
    // It keeps a daemon here too.
    end: () => timed(join(own, 'node_modules/.bin/pm2'), ['kill'], { cwd: own, env }),
  };
}
