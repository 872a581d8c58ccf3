// `npm run test:node -- 22 24 [FILTER…]`: the build and the unit tests, or those of them whose path holds a filter, with other
// versions of Node than the one that is installed.
// They come from npm's packages of Node itself, which has them for Linux, without install scripts, and stay in
// node_modules/.cache.
import { existsSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { installDependencies, root, run } from './prepare.mjs';

const versions = { 22: '22.23.3', 24: '24.21.0' };

const named = process.argv.slice(2);
const wanted = named.filter((word) => /^\d+$/.test(word));
const filters = named.filter((word) => !/^\d+$/.test(word));
const unknown = wanted.find((major) => !(major in versions));
if (unknown !== undefined) {
  console.error(`expected versions of ${Object.keys(versions).join(', ')}, got ${unknown}`);
  process.exit(64);
}
const failed = installDependencies()
  ? (wanted.length > 0 ? wanted : Object.keys(versions)).filter((major) => !passesWith(versions[major]))
  : ['dependencies'];
console.log(failed.length > 0 ? `Failed: ${failed.join(', ')}` : 'All passed');
process.exitCode = failed.length > 0 ? 1 : 0;

function passesWith(version) {
  console.log(`\n== Node ${version}`);
  const node = nodeOf(version);
  if (node === undefined) return false;
  const env = { PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  // What another Node has built would be up to date.
  rmSync(join(root, 'dist/build.json'), { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  return (
    run(node, ['scripts/build.mjs'], env) &&
    run(node, [vitest, 'run', '--project', 'computing', '--project', 'unit', ...filters], env)
  );
}

/** Its path; undefined where it cannot be had. */
function nodeOf(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, 'node_modules/.cache', `node-${version}`);
  const node = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(node)) return node;
  const options = ['--prefix', folder, '--ignore-scripts', '--no-save', '--no-package-lock'];
  return run('npm', ['install', ...options, `${name}@${version}`]) ? node : undefined;
}
