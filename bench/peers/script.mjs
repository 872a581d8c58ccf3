import { ssh, timed } from '../support.mjs';
import { layKeeper, restart } from './app.mjs';

/** What a careful person writes: a release beside the one that serves, a link, a restart, the newest five stay; one connection. */
export async function script({ server, sshConfig, source, port }) {
  await layKeeper(server, 'script', port);
  const began = Date.now();
  let count = 0;
  const since = async (action) => {
    const start = performance.now();
    await action();
    return { seconds: (performance.now() - start) / 1000 };
  };
  const deploy = async () => {
    const release = `/srv/script/releases/${began + (count += 1)}`;
    const args = [
      '-az',
      '--mkpath',
      '--exclude=.git',
      '--copy-dest=/srv/script/current/',
      '-e',
      `ssh -F ${sshConfig}`,
    ];
    await timed('rsync', [...args, `${source}/`, `bench:${release}/`]);
    await ssh(
      sshConfig,
      'bench',
      `set -eu
cd /srv/script
if [ -e current ]; then readlink current >previous; fi
ln -s ${release} next && mv -T next current
${restart('script', port)}
ls -d releases/* | sort -r | tail -n +6 | xargs -r rm -rf`,
    );
  };
  const rollback = () =>
    ssh(
      sshConfig,
      'bench',
      `set -eu
cd /srv/script
read -r previous <previous
ln -s "$previous" next && mv -T next current
${restart('script', port)}`,
    );
  return {
    name: 'script',
    version: 'of rsync and ssh',
    deploy: () => since(deploy),
    rollback: () => since(rollback),
  };
}
