import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureBase } from '../../src/sandbox/base.js';
import { temporaryFolder } from '../temporary.js';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  vi.stubEnv('BELAY_CACHE_DIR', join(folder, 'cache'));
  vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env['PATH']}`);
  // The tree's path is debootstrap's last argument but one.
  await program('debootstrap', 'eval "tree=\\${$(($# - 1))}"; mkdir -p "$tree/opt"');
  await program('npm', ':');
  await program('chroot', 'cat >/dev/null');
});
afterEach(() => vi.unstubAllEnvs());

test('what goes into a base is checked: the archive by its signature, pm2 and what it needs by the lockfile', async () => {
  const base = await ensureBase(() => undefined);
  expect(await asked('debootstrap')).toContain('--force-check-gpg');
  expect(await asked('npm')).toMatch(/^ci --prefix \S+\/opt\/pm2 .*--ignore-scripts/);
  const lockfile = JSON.parse(await readFile(join(base, 'opt/pm2/package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; integrity?: string; optional?: boolean }>;
  };
  const packages = Object.entries(lockfile.packages).filter(([path]) => path !== '');
  expect(packages.length).toBeGreaterThan(50);
  for (const [path, { integrity }] of packages) expect(integrity, path).toMatch(/^sha512-/);
});

test('an archive whose signature cannot be checked makes no base', async () => {
  await program('debootstrap', 'echo "E: No keyring installed to check the signature"; exit 1');
  await expect(ensureBase(() => undefined)).rejects.toThrow(/debootstrap failed:\n.*signature/);
  await expect(stat(join(folder, 'npm.asked'))).rejects.toThrow('ENOENT');
});

async function program(name: string, script: string): Promise<void> {
  const file = join(folder, 'bin', name);
  await mkdir(join(folder, 'bin'), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho "$*" >"${folder}/${name}.asked"\n${script}\n`);
  await chmod(file, 0o755);
}

async function asked(name: string): Promise<string> {
  return readFile(join(folder, `${name}.asked`), 'utf8');
}
