// A release of 2,000 files, 72 MB, deployed by belay and by a hand-written ssh + rsync script with the same restart, on the
// same server in the same run; first all of it, then again and again with five changed files.
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { belay, layConfig, median, must, row, s, ssh, timed, workshop } from './support.mjs';

const rounds = 5;
const run = 'python3 -m http.server {port} --bind 127.0.0.1 --directory data';
/** What the script does too; all else is what it lacks. */
const scriptsSteps = ['upload', 'stop', 'activate', 'start', 'verify'];
/** Apps of which each is deployed once. */
const firsts = ['first1', 'first2', 'first3', 'first4', 'first5'];
const shop = workshop();
const { createSandbox } = await import('../dist/sandbox/index.js');
const server = await createSandbox({ name: 'bench', like: 'plain', say: (text) => console.log(text) });
const env = { ...shop.env, BELAY_SSH_CONFIG: server.sshConfig };
try {
  const source = join(shop.folder, 'source');
  layApp(source);
  await prepareServer();
  await measure(source);
} finally {
  await belay(['down', '--now'], { env });
  await server.destroy();
  shop.remove();
}

async function measure(source) {
  const rsync = (to) =>
    timed('rsync', [
      '-az',
      '--delete',
      '--exclude=belay.yml',
      '-e',
      `ssh -F ${server.sshConfig}`,
      `${source}/`,
      `bench:${to}/`,
    ]);
  await belay(['up'], { env });
  await firstUploads(source, rsync);
  const config = layConfig(source, 'bench', { run });
  await deploy(config);
  await rsync('/srv/script');

  const runs = [];
  for (let round = 0; round < rounds; round += 1) {
    for (let file = 0; file < 5; file += 1)
      appendFileSync(join(source, `data/${file}/0.bin`), `round ${round}\n`);
    const script = await byScript(rsync);
    runs.push({ script, belay: await deploy(config), start: await ownStart() });
  }
  report(runs);
}

/**
 * An app that the host has nothing of yet, deployed beside rsync to a folder that is not there yet; in turns. Nothing is
 * removed in between: ext4 is slow to make files for minutes after many were deleted.
 */
async function firstUploads(source, rsync) {
  const uploads = { belay: [], rsync: [] };
  const sides = [
    async (app) => uploads.belay.push(stepSeconds(await deploy(layConfig(source, app, { run })), 'upload')),
    async (app) => uploads.rsync.push((await rsync(`/srv/${app}-by-rsync`)).seconds),
  ];
  for (const [round, app] of firsts.entries())
    for (const side of round % 2 ? sides : sides.toReversed()) await side(app);
  row(
    'first upload of 2,000 files, 72 MB',
    `belay ${s(median(uploads.belay))}`,
    `rsync -az ${s(median(uploads.rsync))}`,
    'demanded: no slower',
  );
}

/** The script that a careful person would write: send, restart, wait until it answers. */
async function byScript(rsync) {
  const sent = await rsync('/srv/script');
  const restarted = await ssh(
    server.sshConfig,
    'bench',
    `set -eu
systemctl restart script-app
until curl -sf http://127.0.0.1:9001/ >/dev/null; do sleep 0.05; done
curl -sf http://127.0.0.1/script/ >/dev/null
`,
  );
  return sent.seconds + restarted;
}

/**
 * The app's own start: from its keeper's order until it answers, nothing else being done. It is in the script's time and in
 * belay's, and neither can help it.
 */
async function ownStart() {
  await must(server, 'systemctl stop script-app');
  const stdout = await must(
    server,
    `began=$(date +%s%N)
systemctl start script-app
until curl -sf http://127.0.0.1:9001/ >/dev/null; do sleep 0.005; done
echo $(($(date +%s%N) - began))`,
  );
  return Number(stdout) / 1e9;
}

async function deploy(config) {
  const { stdout, seconds } = await belay(['deploy', '--config', config, '--yes', '--json'], { env });
  return { seconds, outcome: JSON.parse(stdout) };
}

function report(runs) {
  const steps = runs[0].belay.outcome.steps.map(({ name }) => name);
  for (const name of steps) row(`  step ${name}`, s(median(runs.map((run) => stepSeconds(run.belay, name)))));
  // The app starts once in both: rehearsal is off here, as in the script.
  const scripts = runs.map((run) => run.script);
  const belays = runs.map((run) => run.belay.seconds);
  const workflows = runs.map((run) => run.belay.outcome.durationSeconds);
  const ratio = (less) =>
    median(runs.map((run) => (run.belay.seconds - less(run)) / (run.script - less(run)))).toFixed(2);
  row('five changed files: the script, whole', s(median(scripts)));
  row("the app's own start, until it answers", s(median(runs.map(({ start }) => start))));
  row(
    'five changed files: belay deploy, whole command',
    s(median(belays)),
    `${ratio(() => 0)} times the script,`,
    `${ratio(({ start }) => start)} times it without the app's own start (goal: 1.5)`,
  );
  row('five changed files: the workflow alone', s(median(workflows)));
  const like = ({ belay }) => scriptsSteps.reduce((sum, name) => sum + stepSeconds(belay, name), 0);
  row(
    `of that, what the script does too: ${scriptsSteps.join(', ')}`,
    s(median(runs.map(like))),
    `${median(runs.map((run) => (like(run) - run.start) / (run.script - run.start))).toFixed(2)} times the script without the app's own start`,
  );
  row(
    'the command outside its workflow',
    s(median(runs.map(({ belay }) => belay.seconds - belay.outcome.durationSeconds))),
  );
  row('outage of the last deployment', s(runs.at(-1).belay.outcome.downtimeSeconds));
}

function stepSeconds({ outcome }, name) {
  return outcome.steps
    .filter((step) => step.name === name)
    .reduce((sum, step) => sum + step.durationSeconds, 0);
}

function layApp(folder) {
  const bytes = 36_000;
  for (let directory = 0; directory < 20; directory += 1) {
    mkdirSync(join(folder, 'data', String(directory)), { recursive: true });
    for (let file = 0; file < 100; file += 1) {
      writeFileSync(join(folder, 'data', String(directory), `${file}.bin`), randomBytes(bytes));
    }
  }
}

async function prepareServer() {
  await must(
    server,
    `cat >/etc/nginx/sites-enabled/bench <<'END'
server { listen 80 default_server; server_name bench.example.test;
  location / { proxy_pass http://127.0.0.1:9000; }
  location /script/ { proxy_pass http://127.0.0.1:9001/; } }
${firsts.map((app, n) => `server { listen 80; server_name ${app}.example.test; location / { proxy_pass http://127.0.0.1:${9010 + n}; } }`).join('\n')}
END
rm -f /etc/nginx/sites-enabled/default
cat >/etc/systemd/system/script-app.service <<'END'
[Service]
User=www-data
WorkingDirectory=/srv/script
ExecStart=/usr/bin/python3 -m http.server 9001 --bind 127.0.0.1 --directory data
END
mkdir -p /srv/script
systemctl daemon-reload
systemctl restart nginx`,
  );
}
