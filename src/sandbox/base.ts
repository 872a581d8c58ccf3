import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { systemSource, type AptSource } from './apt-source.js';
import { SandboxError } from './error.js';
import { sandboxCache, sandboxFile } from './folders.js';
import { removeTree } from './mounts.js';
import { identify } from './process-id.js';

/**
 * The Debian tree that every server lies over: made on first use, which takes a minute or two, and kept.
 * It has packages.txt and pm2/ installed and setup.sh's settings; its name is the digest of all three. apt's archive is
 * believed by its signature, npm's packages by the lockfile's digests.
 * @returns its absolute path
 */
export async function ensureBase(say: (text: string) => void): Promise<string> {
  const source = await systemSource();
  const packages = await readList('packages.txt');
  const lockfile = await readFile(sandboxFile('pm2/package-lock.json'), 'utf8');
  const setup = await readFile(sandboxFile('setup.sh'), 'utf8');
  const parts = JSON.stringify([source.suite, packages, lockfile, setup]);
  const base = join(sandboxCache(), `base-${createHash('sha256').update(parts).digest('hex').slice(0, 12)}`);
  if (await exists(base)) return base;
  await removeUnused();

  say(
    `making the Debian ${source.suite} base of sandbox servers, once: ${packages.length} packages, 1-3 minutes`,
  );
  const started = Date.now();
  // A killed build leaves this folder behind, never one that is taken for a base.
  const building = `${base}.building-${await ownName()}`;
  await mkdir(building, { recursive: true });
  try {
    await build(building, source, { packages, setup });
    await rename(building, base).catch(async (error: unknown) => {
      if (!(await exists(base))) throw error;
    });
  } finally {
    await removeTree(building);
  }
  say(`base made in ${((Date.now() - started) / 1000).toFixed(0)} s: ${base}`);
  return base;
}

/** The lines of a list, without its comments. */
async function readList(name: string): Promise<string[]> {
  const text = await readFile(sandboxFile(name), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

async function build(
  tree: string,
  source: AptSource,
  { packages, setup }: { packages: string[]; setup: string },
): Promise<void> {
  const options = [
    // Without this it goes on unchecked where the archive's keys are not installed.
    '--force-check-gpg',
    '--variant=minbase',
    `--components=${source.components.join(',')}`,
    `--include=${packages.join(',')}`,
    ...(source.keyring ? [`--keyring=${source.keyring}`] : []),
  ];
  await step('debootstrap', source, 'debootstrap', [...options, source.suite, tree, source.uri]);
  // pm2's parts are only found in a folder called node_modules, which is what npm makes.
  const pm2 = join(tree, 'opt/pm2');
  await cp(sandboxFile('pm2'), pm2, { recursive: true });
  await step('npm', source, 'npm', ['ci', '--prefix', pm2, '--omit=optional', '--ignore-scripts']);
  await step('setup.sh', source, 'chroot', [tree, '/bin/sh', '-s'], setup);
}

async function step(
  name: string,
  source: AptSource,
  file: string,
  args: string[],
  input = '',
): Promise<void> {
  const run = await execa(file, args, { input, all: true, reject: false, timeout: 20 * 60_000 });
  if (run.exitCode === 0) return;
  const output = run.all || String(run.shortMessage);
  const said = output.split('\n').slice(-15).join('\n').replaceAll(source.uri, 'the Debian mirror');
  throw new SandboxError(`the base of sandbox servers could not be made: ${name} failed:\n${said}`);
}

/** Builds whose process is gone, killed halfway, and earlier bases that no server lies over. */
async function removeUnused(): Promise<void> {
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  for (const name of await readdir(sandboxCache()).catch((): string[] => [])) {
    const folder = join(sandboxCache(), name);
    const [, pid, startTicks] = /\.building-(\d+)-(\d+)$/.exec(name) ?? [];
    const builder = await identify(Number(pid));
    const inUse = pid === undefined ? mounts.includes(folder) : builder?.startTicks === Number(startTicks);
    if (!inUse) await removeTree(folder);
  }
}

async function ownName(): Promise<string> {
  const own = await identify(process.pid);
  return `${process.pid}-${own?.startTicks ?? 0}`;
}

async function exists(folder: string): Promise<boolean> {
  const parent = await readdir(join(folder, '..')).catch((): string[] => []);
  return parent.includes(basename(folder));
}
