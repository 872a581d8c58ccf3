// What every other script needs first, on a fresh clone too: the dependencies of the lockfile, and a build. Built-in modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program in the project's folder with its output shown. @returns whether it exited with 0 */
export function run(file, args, env = {}) {
  const { error, status } = spawnSync(file, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (error) console.error(`${file} could not be started: ${error.message}`);
  return status === 0;
}

/** `npm ci` where node_modules is absent or was made from another lockfile. */
export function installDependencies() {
  const mark = `${root}node_modules/.lockfile-digest`;
  const digest = createHash('sha256')
    .update(readFileSync(`${root}package-lock.json`))
    .digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === digest) return true;
  if (!run('npm', ['ci'])) return false;
  writeFileSync(mark, digest);
  return true;
}

export function build() {
  return run(process.execPath, ['scripts/build.mjs']);
}
