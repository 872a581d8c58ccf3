import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { timed } from '../support.mjs';
import { layKeeper, restart } from './app.mjs';
import { fromNpm } from './from-npm.mjs';

const version = '5.3.0';

/** Its workspace is fetched here, copied by rsync, published by a link. */
export async function shipit({ server, sshConfig, source, folder, port }) {
  await layKeeper(server, 'shipit', port);
  const own = join(folder, 'shipit');
  mkdirSync(own);
  await fromNpm(own, `shipit-cli@${version}`, `shipit-deploy@${version}`);
  // It calls ssh by its name: for this one, the configuration goes along.
  const bin = join(own, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${sshConfig} "$@"\n`, { mode: 0o755 });
  writeFileSync(
    join(own, 'shipitfile.js'),
    `module.exports = (shipit) => {
  require('shipit-deploy')(shipit);
  shipit.initConfig({
    default: { deployTo: '/srv/shipit', repositoryUrl: '${source}', branch: 'main', keepReleases: 5,
      keepWorkspace: true, workspace: '${own}/workspace' },
    production: { servers: 'root@bench' },
  });
  shipit.blTask('restart', () => shipit.remote(${JSON.stringify(restart('shipit', port))}));
  shipit.on('published', () => shipit.start('restart'));
};
`,
  );
  mkdirSync(join(own, 'workspace'));
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const run = (task) => timed(join(own, 'node_modules/.bin/shipit'), ['production', task], { cwd: own, env });
  return { name: 'shipit', version, deploy: () => run('deploy'), rollback: () => run('rollback') };
}
