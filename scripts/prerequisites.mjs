// What the tests need on this machine besides Node: installed with apt-get where that can be done, named where it cannot.
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { root, run } from './prepare.mjs';

/** Debian package, a file that it brings, and what for. */
const packages = [
  ['debootstrap', 'debootstrap', 'makes the base of sandbox servers'],
  ['systemd-container', 'systemd-nspawn', 'runs sandbox servers'],
  ['iproute2', 'ip', 'connects sandbox servers'],
  ['openssl', 'openssl', 'signs their certificates'],
  ['openssh-client', 'ssh', 'reaches servers'],
  ['openssh-server', 'sshd', 'is spoken to in the tests of the connection'],
  ['curl', 'curl', 'asks for pages as a server does'],
  ['rsync', 'rsync', 'is measured against'],
  ['git', 'git', 'tells a source’s commit'],
  ['busybox', 'busybox', 'stands in for the programs of a small host'],
  ['nginx-light', 'nginx', 'is asked where it leads'],
  ['shellcheck', 'shellcheck', 'checks the shell scripts'],
  ['chromium', 'chromium', 'opens the Web UI in the tests'],
  ['docker-compose', 'docker-compose', 'checks docker-compose.yml'],
  ['python3-flask', '/usr/lib/python3/dist-packages/flask', 'runs the example’s own tests'],
];

/** Why tests on real servers cannot run here; undefined where they can. */
export function noServers() {
  if (process.platform !== 'linux')
    return `sandbox servers need Linux; this machine runs ${process.platform}`;
  if (process.getuid() !== 0) return 'sandbox servers need root';
  return undefined;
}

/** Installs what is missing. @returns false where something could not be */
export function installPackages() {
  const missing = packages.filter(([, file]) => !isThere(file));
  for (const [name, , why] of missing) console.log(`missing: ${name}, which ${why}`);
  if (missing.length === 0) return true;
  if (noServers() || !isThere('apt-get')) {
    console.log(
      'They are not installed: that needs apt-get and root. Tests that need them fail or are skipped.',
    );
    return true;
  }
  const install = ['install', '-y', '--no-install-recommends', ...missing.map(([name]) => name)];
  // At run level 1 Debian's packages do not start the services that they bring.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return (
    run('apt-get', ['-q', ...install], env) ||
    (run('apt-get', ['-q', 'update']) && run('apt-get', ['-q', ...install], env))
  );
}

/** Finds or fetches the Temporal CLI the way the product does. @returns the environment in which tests find it too */
export async function temporalCli() {
  const { findCli } = await import(join(root, 'dist/temporal/cli/find.js'));
  const { path, version, how } = await findCli((line) => console.log(line));
  console.log(`${version}: ${path} (${how})`);
  return { BELAY_TEMPORAL_CLI: path, PATH: `${dirname(path)}${delimiter}${process.env.PATH}` };
}

function isThere(file) {
  if (file.startsWith('/')) return existsSync(file);
  const folders = [...process.env.PATH.split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, file)));
}
