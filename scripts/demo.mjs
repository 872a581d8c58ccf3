// `npm run demo`: a server like the one of the incident, and belay deploying to it: a fault that is refused, one that is
// rolled back, the version that was meant, and the one after it. Visitors ask for its page meanwhile. What was started stays for a look around.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, installDependencies, root } from './prepare.mjs';
import { noServers } from './prerequisites.mjs';

const host = 'words1';
const page = 'https://words.example.test/tools/word-counter';
const main = join(root, 'dist/cli/main.js');

process.on('uncaughtException', ({ message }) => {
  console.error(`demo: ${message}`);
  process.exit(1);
});

const reason = noServers();
if (reason) fail(`the demo makes a real server: ${reason}`);
if (!installDependencies() || !build()) fail('belay could not be built; see above');
const { layVersion } = await import(join(root, 'dist/sandbox/index.js'));
const { environmentOf } = await import(join(root, 'dist/sandbox/environment.js'));
const { startLoad } = await import(join(root, 'dist/sandbox/load.js'));

title(`A server as it was on the evening of the incident: ${host}`);
if (JSON.parse(belay('sandbox', 'list', '--json')).some(({ name }) => name === host))
  belay('sandbox', 'destroy', host);
const server = JSON.parse(belay('sandbox', 'create', host, '--like', 'incident', '--json'));
console.log(
  `${server.address}: nginx leads to version 1 on port 9999, which somebody started by hand. pm2, cron and a`,
);
console.log(
  'forgotten unit each keep, or would start, a copy on port 3000. In every scene 50 visitors a second ask for',
);
console.log(page);

await scene('1. A version with a Python syntax error', ['faults/missing-brace'], [], 'refused');
await scene(
  '2. A version that fails on one page, deployed without rehearsal',
  ['faults/page-500'],
  ['rehearse: false'],
  'rolled-back',
);
await scene(
  '3. The version that was meant; the first deployment moves what all releases share, and restarts the app for that',
  [],
  [],
  'succeeded',
);
const { ui, deployment } = await scene(
  '4. The next version, which no visitor notices',
  [],
  [],
  'succeeded',
  '3',
);

const call = (...args) => `node dist/cli/main.js ${args.join(' ')}`;
title('What to try next');
console.log(`Temporal's Web UI      ${ui ?? call('status')}`);
console.log(`the record of it       ${call('report', deployment)}`);
console.log(`all deployments        ${call('list')}`);
console.log(`log in to the server   ${call('sandbox', 'ssh', host)}`);
console.log(`back to version 2      eval "$(${call('sandbox', 'env', host)})"`);
console.log(`                       ${call('rollback', '--config', 'examples/word-counter/belay.yml')}`);
console.log(`remove it all          ${call('sandbox', 'destroy', host)} && ${call('down')}`);

/** Deploys one version while its page is asked for, and tells what the visitors saw. */
async function scene(name, overlays, settings, expected, version = '2') {
  title(name);
  const folder = mkdtempSync(join(tmpdir(), 'belay-demo-'));
  const load = startLoad({ url: page, address: server.address, caFile: server.caFile });
  try {
    await layVersion(folder, overlays);
    writeFileSync(join(folder, 'version.py'), `VERSION = "${version}"\n`);
    appendFileSync(join(folder, 'belay.yml'), settings.map((line) => `${line}\n`).join(''));
    await sleep(1_000);
    const outcome = await deploy(join(folder, 'belay.yml'));
    await sleep(1_000);
    tell(outcome, await load.stop());
    if (outcome.outcome !== expected) fail(`expected ${expected}, got ${outcome.outcome}`);
    return outcome;
  } finally {
    await load.stop();
    rmSync(folder, { recursive: true });
  }
}

function tell({ outcome, durationSeconds, cause, findings }, { answers, failures, outageSeconds, versions }) {
  console.log(`\n${outcome} after ${durationSeconds.toFixed(1)} s${cause ? `: ${cause}` : ''}`);
  for (const { severity, message, evidence } of findings) {
    if (severity === 'block') console.log(`  ${message}\n${evidence.replace(/^/gm, '    ')}`);
  }
  const saw = versions.map((version) => `version ${version}`).join(', then ');
  const outage = failures.length === 0 ? 'no outage' : `outage: ${outageSeconds.toFixed(1)} s`;
  console.log(`visitors saw ${saw}; ${failures.length} of ${answers.length} requests failed; ${outage}`);
}

/** The outcome of a deployment, followed on stderr. */
async function deploy(config) {
  const args = [main, 'deploy', '--yes', '--json', '--config', config];
  const env = { ...process.env, ...environmentOf(server) };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  try {
    return JSON.parse(output);
  } catch {
    return fail(`belay deploy ended with exit code ${code} and no outcome; see above`);
  }
}

function belay(...args) {
  const { status, stdout } = spawnSync(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) fail(`belay ${args.join(' ')} ended with exit code ${status}; see above`);
  return stdout.toString();
}

function title(text) {
  console.log(`\n== ${text}`);
}

function fail(message) {
  throw new Error(message);
}
