// belay beside what people deploy with today, in turns on one server: a release of 2,000 files, 72 MB, of which five changed, and
// the way back to the version before. Each peer as its documentation has it, over connections that are kept; belay with
// every check and the rehearsal.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ansible } from './peers/ansible.mjs';
import { belayItself } from './peers/belay.mjs';
import { capistrano } from './peers/capistrano.mjs';
import { pm2 } from './peers/pm2.mjs';
import { script } from './peers/script.mjs';
import { shipit } from './peers/shipit.mjs';
import { belay, median, must, row, s, timed, workshop } from './support.mjs';

const programs = new Map([
  [ansible, ['ansible-playbook', 'ansible-core']],
  [capistrano, ['cap', 'capistrano']],
]);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const shop = workshop();
const { createSandbox } = await import('../dist/sandbox/index.js');
const server = await createSandbox({ name: 'bench', like: 'plain', say: (text) => console.log(text) });
const env = { ...shop.env, BELAY_SSH_CONFIG: server.sshConfig };
const peers = [];
try {
  const work = await prepare();
  for (const [index, make] of [script, pm2, shipit, ansible, capistrano, belayItself].entries())
    if (isThere(make)) peers.push(await make({ ...work, port: 9100 + index }));
  await measure(work, peers);
} finally {
  for (const { end } of peers) await end?.();
  await belay(['down', '--now'], { env });
  await server.destroy();
  shop.remove();
}

async function measure({ source }, peers) {
  const seconds = new Map(peers.map(({ name }) => [name, { first: 0, deploys: [], rollbacks: [] }]));
  for (const peer of peers) seconds.get(peer.name).first = (await peer.deploy()).seconds;
  for (let round = 0; round < rounds; round += 1) {
    for (const peer of round % 2 ? peers.toReversed() : peers) {
      change(source, `${peer.name} ${round}`);
      seconds.get(peer.name).deploys.push((await peer.deploy()).seconds);
      seconds.get(peer.name).rollbacks.push((await peer.rollback()).seconds);
    }
  }
  for (const { name, version } of peers) {
    const { first, deploys, rollbacks } = seconds.get(name);
    const ratio = (median(deploys) / median(seconds.get('script').deploys)).toFixed(2);
    row(
      `${name} ${version}`,
      `first ${s(first)}`,
      `five changed ${s(median(deploys))}, ${ratio} times the script`,
      `rollback ${s(median(rollbacks))}`,
    );
  }
}

/** Some come from Debian's packages, which nothing else here needs. */
function isThere(make) {
  const [program, debian] = programs.get(make) ?? [];
  if (program === undefined || spawnSync(program, ['--version']).status === 0) return true;
  console.log(`${debian} is left out: it is not installed (apt install ${debian})`);
  return false;
}

/** Five files, and a commit of them, as every peer would have it. */
function change(source, line) {
  for (let file = 0; file < 5; file += 1) appendFileSync(join(source, `data/${file}/0.bin`), `${line}\n`);
  git(source, 'commit', '-qam', line);
}

/** The source, its repository on the server, a connection that is kept, and what nginx leads to. */
async function prepare() {
  const source = join(shop.folder, 'source');
  for (let folder = 0; folder < 20; folder += 1) {
    mkdirSync(join(source, 'data', String(folder)), { recursive: true });
    for (let file = 0; file < 100; file += 1)
      writeFileSync(join(source, `data/${folder}/${file}.bin`), randomBytes(36_000));
  }
  const sshConfig = join(shop.folder, 'ssh_config');
  const kept = `Host *\n  ControlMaster auto\n  ControlPath ${shop.folder}/%C\n  ControlPersist 120\n`;
  writeFileSync(sshConfig, `Include ${server.sshConfig}\n${kept}`);
  await gitThere(sshConfig);
  writeFileSync(join(source, '.gitignore'), 'belay.yml\necosystem.config.js\n');
  git(source, 'init', '-q', '-b', 'main');
  git(source, 'config', 'core.sshCommand', `ssh -F ${sshConfig}`);
  git(source, 'config', 'user.name', 'bench');
  git(source, 'config', 'user.email', 'bench@example.test');
  git(source, 'remote', 'add', 'origin', 'bench:/srv/repo.git');
  git(source, 'add', '.');
  git(source, 'commit', '-qm', 'first');
  await must(server, 'rm -f /etc/nginx/sites-enabled/default; git init -q --bare -b main /srv/repo.git');
  const push = () => timed('git', ['-C', source, 'push', '-q', 'origin', 'main']);
  await push();
  return { source, sshConfig, server, env, folder: shop.folder, push };
}

/** Some peers fetch from there. What git needs beyond its own package is for other protocols. */
async function gitThere(sshConfig) {
  await timed('apt-get', ['-q', 'download', 'git'], { cwd: shop.folder });
  await timed('sh', ['-c', `scp -q -F ${sshConfig} git_*.deb bench:/tmp/git.deb`], { cwd: shop.folder });
  await must(server, 'dpkg --force-depends -i /tmp/git.deb >/dev/null 2>&1');
}

function git(folder, ...args) {
  execFileSync('git', ['-C', folder, ...args]);
}
