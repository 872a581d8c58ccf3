import { spawn } from 'node:child_process';
import { access, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { SshHosts } from '../../../../src/host/ssh/hosts.js';
import type { HostSession } from '../../../../src/host/types.js';
import { systemSource } from '../../../../src/sandbox/apt-source.js';
import { endProcesses } from '../../../../src/sandbox/cgroup.js';
import { sandboxFile } from '../../../../src/sandbox/folders.js';
import { cacheFolder } from '../../../../src/temporal/state.js';
import { createSandbox } from '../../../../src/sandbox/index.js';
import { mountOverlay, removeTree } from '../../../../src/sandbox/mounts.js';
import { until } from '../../../../src/sandbox/wait.js';
import { Box } from '../../../hosts/servers/box.js';
import { LocalSession } from '../../local-session.js';

/** A server that is there until `end`. */
export interface Place {
  /** Runs a text as root. @throws where it fails */
  on(text: string): Promise<void>;
  /** As root where nobody is named. */
  session(user?: string, lang?: string): Promise<HostSession>;
  end(): Promise<void>;
}

export async function sandboxServer(folder: string): Promise<Place> {
  const server = await createSandbox({ name: 'facts1' });
  const box = Box.of(server, folder);
  const hosts = new SshHosts();
  return {
    async on(text) {
      await box.on(text);
    },
    session: (user) => hosts.session({ alias: server.name, sshConfig: box.reach(user)['BELAY_SSH_CONFIG'] }),
    async end() {
      await hosts.close();
      await server.destroy();
    },
  };
}

/** Any Debian, made once by debootstrap and then kept in belay's cache; without sshd. */
export async function bootDebian(
  { suite, packages }: { suite: string; packages: string[] },
  folder: string,
): Promise<Place> {
  const lower = join(cacheFolder(), 'recordings', suite);
  if (await absent(join(lower, 'etc/debian_version'))) await debootstrap(suite, packages, lower);
  const at = { upper: join(folder, suite), work: join(folder, `${suite}.work`), root: join(folder, 'root') };
  for (const part of Object.values(at)) await mkdir(part);
  await mountOverlay({ lower, ...at });
  await writeFile(join(at.root, 'etc/hosts'), '127.0.0.1 localhost\n127.0.1.1 facts1\n');
  await writeFile(join(at.root, 'etc/hostname'), 'facts1\n');
  const machine = `facts-${process.pid}`;
  await writeFile(join(folder, 'permit'), '');
  spawn('/bin/sh', [sandboxFile('boot.sh'), folder, machine, 'facts1', 'permit'], { stdio: 'ignore' });
  const init = await until(() => leaderOf(machine), { deadlineMs: 20_000 });
  if (init === undefined) throw new Error(`${suite} does not boot`);
  const enter = ['nsenter', '-t', init, '-m', '-u', '-i', '-n', '-p', '-C', '--'];
  const state = await until(
    async () => {
      const [program = '', ...rest] = enter;
      const asked = await execa(program, [...rest, 'systemctl', 'is-system-running'], { reject: false });
      return /^(running|degraded)$/.exec(asked.stdout)?.[0];
    },
    { deadlineMs: 60_000, everyMs: 200 },
  );
  if (state === undefined) throw new Error(`${suite} booted, but systemd is not up after 60 s`);
  return inside(enter, async () => {
    await endProcesses(machine);
    await removeTree(folder);
    await mkdir(folder);
  });
}

/** The process that is number 1 of a machine. */
async function leaderOf(machine: string): Promise<string | undefined> {
  const { stdout } = await execa('pgrep', ['-f', `^systemd-nspawn .*--machine=${machine} `], {
    reject: false,
  });
  if (stdout === '') return undefined;
  const children = await execa('pgrep', ['-P', stdout.split('\n')[0] ?? ''], { reject: false });
  return children.stdout === '' ? undefined : children.stdout.split('\n')[0];
}

async function debootstrap(suite: string, packages: string[], tree: string): Promise<void> {
  const { uri } = await systemSource();
  await execa('debootstrap', ['--variant=minbase', `--include=${packages.join(',')}`, suite, tree, uri]);
}

async function absent(file: string): Promise<boolean> {
  return access(file).then(
    () => false,
    () => true,
  );
}

/** A folder with nothing but busybox in it, with processes and network of its own. */
export async function enterBusybox(folder: string): Promise<Place> {
  const root = join(folder, 'busybox');
  for (const part of ['bin', 'proc', 'dev', 'etc', 'tmp', 'var', 'sys'])
    await mkdir(join(root, part), { recursive: true });
  const { stdout: needed } = await execa('ldd', ['/bin/busybox']);
  await execa('cp', ['--parents', '-L', '/bin/busybox', ...(needed.match(/\/\S+/g) ?? []), root]);
  await execa('cp', ['-a', '/dev/null', '/dev/zero', join(root, 'dev')]);
  await execa('chroot', [root, '/bin/busybox', '--install', '-s', '/bin']);
  await symlink('busybox', join(root, 'bin/flock'));
  await writeFile(join(root, 'etc/os-release'), 'PRETTY_NAME="busybox alone"\n');
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\n');
  const namespaces = ['-p', '-m', '-n', '-u', '-i', '-f', '--kill-child'];
  // Its root is a mount of its own, or df would not know it.
  const begin = `mount --bind "$1" "$1"; exec chroot "$1" /bin/sh -c '
    hostname facts1; mount -t proc proc /proc; ifconfig lo up; exec sleep 1000000'`;
  const child = spawn('unshare', [...namespaces, 'sh', '-c', begin, 'sh', root], { stdio: 'ignore' });
  const init = await until(
    async () => {
      const { stdout } = await execa('pgrep', ['-x', '-P', String(child.pid), 'sleep'], { reject: false });
      return stdout === '' ? undefined : stdout;
    },
    { deadlineMs: 10_000 },
  );
  if (init === undefined) throw new Error('busybox does not start');
  return inside(['nsenter', '-t', init, '-m', '-u', '-i', '-n', '-p', '-r', '--'], () => {
    process.kill(Number(init), 'SIGKILL');
    return Promise.resolve();
  });
}

/** @param enter the command before those that run there */
function inside(enter: string[], end: () => Promise<void>): Place {
  const environment = (lang = 'C.UTF-8') => ({
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: lang,
    LC_ALL: lang,
  });
  const [program = '', ...rest] = enter;
  return {
    async on(text) {
      await execa(program, [...rest, 'sh', '-s'], { input: text, env: environment(), extendEnv: false });
    },
    session: (_, lang) =>
      Promise.resolve(new LocalSession({ shell: [...enter, 'sh'], env: environment(lang) })),
    end,
  };
}
