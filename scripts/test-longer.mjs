// `npm run test:longer`: the tests on real servers that take too long for `npm test`, one file after the other; all, or those
// whose names hold one of the words given.
import { longerTests } from './longer-tests.mjs';
import { build, installDependencies, root, run } from './prepare.mjs';
import { installPackages, noServers, temporalCli } from './prerequisites.mjs';

const words = process.argv.slice(2);
const wanted = longerTests.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
if (wanted.length === 0) {
  console.error(
    `usage: npm run test:longer [-- WORD…], of which one is in a name of\n  ${longerTests.join('\n  ')}`,
  );
  process.exit(64);
}
const reason = noServers();
if (reason) {
  console.error(`tests on real servers cannot run here: ${reason}`);
  process.exit(1);
}
if (!installDependencies() || !build() || !(await installPackages())) process.exit(1);
const env = await temporalCli();
const vitest = `${root}node_modules/vitest/vitest.mjs`;
const files = wanted.map((file) => `test/${file}`);
process.exitCode = run(process.execPath, [vitest, 'run', '--maxWorkers', '1', ...files], env) ? 0 : 1;
