// A release of 2,000 files, 72 MB, deployed by belay and by a hand-written ssh + rsync script with the same restart, on the
// same server in the same run; first all of it, then again and again with five changed files.
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { belay, median, row, s, ssh, timed, workshop } from './support.mjs';

const rounds = 5;
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
  await belay(['down'], { env });
  await server.destroy();
  shop.remove();
}

async function measure(source) {
  const config = join(source, 'belay.yml');
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
  await firstUploads(config, rsync);
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

/** A release of which the host has nothing yet, staged for a plan, beside rsync; in turns, as one warms the disk for the other. */
async function firstUploads(config, rsync) {
  const { connect } = await import('../dist/temporal/connect.js');
  const { readDeployment } = await import('../dist/cli/history.js');
  const client = await connect();
  const uploads = { belay: [], rsync: [] };
  const sides = [
    async () => {
      await belay(['plan', '--config', config], { env });
      const { steps } = await readDeployment(client, { workflowId: 'belay-plan/bench/production/bench' });
      uploads.belay.push(stepSeconds({ outcome: { steps } }, 'upload'));
    },
    async () => {
      const { seconds } = await rsync('/srv/first');
      uploads.rsync.push(seconds);
      await server.exec('rm -rf /srv/first');
    },
  ];
  for (let round = 0; round < rounds; round += 1)
    for (const side of round % 2 ? sides : sides.toReversed()) await side();
  await client.connection.close();
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
  const stopped = await server.exec('systemctl stop script-app');
  if (stopped.code !== 0) throw new Error(stopped.stderr);
  const { code, stdout, stderr } = await server.exec(`set -eu
began=$(date +%s%N)
systemctl start script-app
until curl -sf http://127.0.0.1:9001/ >/dev/null; do sleep 0.005; done
echo $(($(date +%s%N) - began))`);
  if (code !== 0) throw new Error(stderr);
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
  writeFileSync(
    join(folder, 'belay.yml'),
    `app: bench
hosts: [bench]
path: /srv/bench
user: www-data
run: python3 -m http.server {port} --bind 127.0.0.1 --directory data
site: bench.example.test
approval: automatic
rehearse: false
soak: 0
acknowledge: { nginx.no-https: "a measurement" }
`,
  );
}

async function prepareServer() {
  const { code, stderr } = await server.exec(`set -eu
cat >/etc/nginx/sites-enabled/bench <<'END'
server { listen 80 default_server; server_name bench.example.test;
  location / { proxy_pass http://127.0.0.1:9000; }
  location /script/ { proxy_pass http://127.0.0.1:9001/; } }
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
systemctl restart nginx`);
  if (code !== 0) throw new Error(`the server could not be prepared: ${stderr}`);
}
