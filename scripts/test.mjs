// `npm test`: everything, on a fresh clone too. Installs what is missing, builds, checks, and runs all tests; real
// servers are made and removed on the way. Ends with `N passed, N failed`, alone on its line.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { longerTests } from './longer-tests.mjs';
import { build, installDependencies, root, run } from './prepare.mjs';
import { installPackages, noServers, temporalCli } from './prerequisites.mjs';

const times = [];
const failedParts = [];
const tests = { passed: 0, failed: 0, skipped: 0 };
const reports = mkdtempSync(join(tmpdir(), 'belay-test-'));
let env = {};

try {
  // Without these nothing else can run.
  const ready =
    (await part('dependencies', installDependencies)) &&
    (await part('build', build)) &&
    (await part('programs', installPackages)) &&
    (await part('Temporal CLI', async () => {
      env = await temporalCli();
      return true;
    }));
  if (ready) {
    // The one takes as long as the others together.
    await Promise.all([
      part('lint', () => check('lint')),
      part('other checks', async () => {
        let good = true;
        for (const name of ['format:check', 'arrows', 'unused', 'shellcheck', 'keepers'])
          good = (await check(name)) && good;
        return good;
      }),
    ]);
    const reason = noServers();
    if (reason) console.log(`\ntests on real servers are skipped: ${reason}`);
    const left = [...longerTests, ...(reason ? ['{hosts,incident,chaos,ui}/**'] : [])];
    await part('tests', () => vitest(left.flatMap((files) => ['--exclude', `test/${files}`])));
  }
} finally {
  rmSync(reports, { recursive: true });
}

console.log('\nTimes:');
for (const { name, seconds } of times) console.log(`  ${seconds.toFixed(1).padStart(7)} s  ${name}`);
if (tests.skipped > 0) console.log(`\n${tests.skipped} tests were skipped; their reasons are above`);
if (failedParts.length > 0) console.log(`\nFailed: ${failedParts.join(', ')}`);
// A part that failed without a failed test, such as the build, counts as one.
const failed = Math.max(tests.failed, failedParts.length);
console.log(`\n${tests.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function part(name, action) {
  console.log(`\n== ${name}`);
  const began = Date.now();
  let good = false;
  try {
    good = await action();
  } catch (error) {
    console.error(error.message);
  }
  times.push({ name, seconds: (Date.now() - began) / 1000 });
  if (!good) failedParts.push(name);
  return good;
}

/** A script of package.json, beside others; what it says is printed when it is over. */
function check(name) {
  return new Promise((resolve) => {
    const options = { cwd: root, maxBuffer: 64 << 20 };
    execFile('npm', ['run', '--silent', name], options, (error, stdout, stderr) => {
      console.log(`-- ${name}: ${error ? 'failed' : 'good'}\n${stdout}${stderr}`);
      resolve(error === null);
    });
  });
}

function vitest(options) {
  const report = join(reports, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const cli = join(root, 'node_modules/vitest/vitest.mjs');
  const good = run(process.execPath, [cli, 'run', ...reporters, ...options], env);
  count(JSON.parse(readFileSync(report, 'utf8')));
  return good;
}

/** Adds up a report; a file that failed before its first test counts as one failed test. */
function count({ testResults }) {
  for (const { status, assertionResults } of testResults) {
    const of = (wanted) => assertionResults.filter((result) => wanted.includes(result.status)).length;
    const failed = of(['failed']);
    tests.passed += of(['passed']);
    tests.skipped += of(['skipped', 'pending', 'todo']);
    tests.failed += failed === 0 && status === 'failed' ? 1 : failed;
  }
}
