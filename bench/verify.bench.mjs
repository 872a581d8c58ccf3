// How soon a release is proved, and how soon one that begins to fail while it is watched is found out and the old one serves.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { belay, layConfig, median, must, row, s, workshop } from './support.mjs';

const rounds = 3;
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const shop = workshop();
const { createSandbox } = await import('../dist/sandbox/index.js');
const server = await createSandbox({ name: 'bench', like: 'plain', say: (text) => console.log(text) });
const name = 'bench.example.test';
const env = { ...shop.env, BELAY_SSH_CONFIG: server.sshConfig, BELAY_RESOLVE: `${name}=${server.address}` };
const source = join(shop.folder, 'source');
const config = join(source, 'belay.yml');
try {
  await must(
    server,
    `cat >/etc/nginx/sites-enabled/bench <<'END'
server { listen 80 default_server; server_name ${name}; access_log /var/log/nginx/bench.log;
  location / { proxy_pass http://127.0.0.1:9000; } }
END
systemctl reload nginx`,
  );
  await belay(['up'], { env });
  await measure();
} finally {
  await belay(['down', '--now'], { env });
  await server.destroy();
  shop.remove();
}

async function measure() {
  let version = 0;
  const proofs = [];
  for (let round = 0; round < rounds; round += 1) {
    lay((version += 1), 0);
    const { stdout } = await belay(['deploy', '--config', config, '--yes', '--json'], { env });
    proofs.push(JSON.parse(stdout).steps.find((step) => step.name === 'verify').durationSeconds);
  }
  row('from the app’s first answer to its verification passed', s(median(proofs)), 'demanded: under 0.5 s');

  const runs = [];
  for (let round = 0; round < rounds; round += 1) runs.push(await failInSoak((version += 1)));
  const of = (what) => s(median(runs.map((run) => run[what])));
  row('from the first failing answer to the soak’s verdict', of('found'), 'demanded: under 2 s');
  row(
    'from the first failing answer to the old version serving',
    of('back'),
    `its own start: ${of('start')}`,
  );
  await measureReport();
}

/** Of the deployment that was rolled back last: from its history to the page, and the whole command, node's start included. */
async function measureReport() {
  const { connect } = await import('../dist/temporal/connect.js');
  const { readDeployment } = await import('../dist/cli/temporal/history.js');
  const { reportHtml } = await import('../dist/history/report/html.js');
  const { en } = await import('../dist/history/catalogue/en.js');
  const client = await connect();
  const run = { workflowId: 'belay/bench/production/bench' };
  const { events } = await client.workflow.getHandle(run.workflowId).fetchHistory();
  const made = [];
  const commands = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    reportHtml(await readDeployment(client, run), null, en);
    made.push((performance.now() - began) / 1000);
    commands.push(await belay(['report', 'bench/production/bench', '--format', 'html'], { env }));
  }
  await client.connection.close();
  row(
    `report of a history of ${events.length} events`,
    s(median(made)),
    `demanded: under 0.3 s; belay report, whole command: ${s(median(commands.map(({ seconds }) => seconds)))}`,
  );
}

/** Deploys a version, lets it fail once it is watched, and measures until the version before serves again. */
async function failInSoak(version) {
  lay(version, 60);
  const events = deploying();
  await events.until(({ event, step }) => event === 'step-begin' && step.name === 'soak');
  await must(server, `echo ${version} >/tmp/fail`);
  const failedAt = await answered(({ status }) => status === 500);
  const [verdict, servingAt] = await Promise.all([
    events.until(({ event, step }) => event === 'step-end' && step.name === 'soak'),
    answered(({ status, body }) => status === 200 && body !== String(version)),
  ]);
  const start = await events.until(({ event, step }) => event === 'step-end' && step.name === 'startOld');
  await events.ended;
  return {
    found: (verdict.seenAt - failedAt) / 1000,
    back: (servingAt - failedAt) / 1000,
    start: start.step.durationSeconds,
  };
}

/** The events of a deployment as the command prints them, each with when it was read. */
function deploying() {
  const args = [main, 'deploy', '--config', config, '--yes', '--output', 'jsonl'];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const seen = [];
  let isOver = false;
  createInterface({ input: child.stdout }).on('line', (line) =>
    seen.push({ ...JSON.parse(line), seenAt: Date.now() }),
  );
  const ended = new Promise((resolve) => child.on('close', resolve)).then(() => (isOver = true));
  const until = async (wanted) => {
    for (;;) {
      const found = seen.find(wanted);
      if (found) return found;
      if (isOver) throw new Error(`the deployment ended before that: ${JSON.stringify(seen.at(-1))}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { until, ended };
}

/** When an answer as wanted came first. */
async function answered(wanted) {
  for (const began = Date.now(); Date.now() - began < 60_000;) {
    const answer = await ask().catch(() => ({}));
    if (wanted(answer)) return Date.now();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('no answer as expected within a minute');
}

function ask() {
  return new Promise((resolve, reject) => {
    const options = { host: server.address, headers: { host: name }, timeout: 2000, agent: false };
    const asked = request(options, (answer) => {
      let body = '';
      answer.on('data', (data) => (body += data));
      answer.on('end', () => resolve({ status: answer.statusCode, body }));
    });
    asked.on('timeout', () => asked.destroy(new Error('late')));
    asked.on('error', reject).end();
  });
}

function lay(version, soak) {
  mkdirSync(source, { recursive: true });
  writeFileSync(
    join(source, 'app.py'),
    `import http.server, sys
class Page(http.server.BaseHTTPRequestHandler):
    def log_message(self, *told): pass
    def do_GET(self):
        try: fails = open('/tmp/fail').read().strip() == '${version}'
        except OSError: fails = False
        self.send_response(500 if fails else 200)
        self.end_headers()
        self.wfile.write(b'${version}')
http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Page).serve_forever()
`,
  );
  layConfig(source, 'bench', {
    run: 'python3 app.py {port}',
    soak,
    verify: `{ internal: [/, /tools], external: ["http://${name}/"] }`,
  });
}
