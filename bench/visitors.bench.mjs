// Visitors at 200 requests a second while a version is deployed by belay, well and ill, and by what people use for it today behind
// the same nginx. The app marks each answer with its release: only a faulty release's own answers are no failed requests.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { belay, layConfig, must, row, s, workshop } from './support.mjs';
import { tell, visitors } from './visitors/load.mjs';

/** A machine that is busy with something else would measure its own queue. */
let perSecond = Number(process.env.BELAY_BENCH_RATE ?? 200);
const leastPerSecond = 20;
const calmMs = 150;
const soak = '3s';
const sites = { visited: 9200, hup: 9201, usr2: 9202, green: 9203, pm2: 9205 };
const failsInVerify = {
  verify: '{ internal: [/], external: [{ url: "http://visited.example.test/", contains: "no such words" }] }',
};
const shop = workshop();
const { createSandbox } = await import('../dist/sandbox/index.js');
const server = await createSandbox({ name: 'bench', like: 'plain', say: (text) => console.log(text) });
const env = {
  ...shop.env,
  BELAY_SSH_CONFIG: server.sshConfig,
  BELAY_RESOLVE: `visited.example.test=${server.address}`,
};
const source = join(shop.folder, 'source');

async function measureAll() {
  try {
    mkdirSync(source, { recursive: true });
    await prepareServer();
    await belay(['up'], { env });
    await deployed('one', { rehearse: true });
    const quiet = await measuredQuiet();
    await figures('nginx -s reload, twice', 'visited', bareReloads, { quiet });
    await byBelay(quiet);
    await byOthers(quiet);
  } finally {
    await belay(['down', '--now'], { env });
    await server.destroy();
    shop.remove();
  }
}

/** At the highest rate that the machine bears while nobody deploys. */
async function measuredQuiet() {
  for (;;) {
    const told = await figures(`nobody deploys, ${perSecond} a second`, 'visited', () => sleep(8_000));
    if (told.p99Ms < calmMs || perSecond <= leastPerSecond) return told;
    perSecond = Math.max(leastPerSecond, Math.floor(perSecond / 2));
    await sleep(3_000);
  }
}

async function byBelay(quiet) {
  await figures('belay: a good version', 'visited', () => deployed('two'), { quiet });
  await figures('belay: fails in verify', 'visited', () => deployed('wrong', failsInVerify, 3), { quiet });
  const ailing = { quiet, faulty: 'ailing' };
  await figures('belay: fails in soak', 'visited', () => deployed('ailing', { soak: '2m' }, 3), ailing);
  await figures('belay: rollback', 'visited', () => command(['rollback', '--yes'], 0), { quiet });
  for (const step of ['upload', 'rehearse', 'soak', 'stop'])
    await figures(`belay: abort, asked for in ${step}`, 'visited', () => aborted(`late-${step}`, step), {
      quiet,
    });
}

async function byOthers(quiet) {
  await figures('gunicorn HUP', 'hup', () => must(server, newCode('hup', 'kill -HUP $(cat /run/hup/pid)')), {
    quiet,
  });
  await figures('gunicorn USR2, then TERM', 'usr2', () => must(server, newCode('usr2', upgrade)), { quiet });
  await figures('pm2 reload (cluster of 2)', 'pm2', () => must(server, pm2Reload), { quiet });
  await figures('blue-green shell script', 'green', () => must(server, blueGreen), { quiet });
  await figures('systemctl restart', 'hup', () => must(server, newCode('hup', 'systemctl restart hup')), {
    quiet,
  });
}

/** Says what visitors got while something was done, and a little before and after. */
async function figures(what, site, act, { quiet, faulty } = {}) {
  const load = visitors(server.address, `${site}.example.test`, perSecond);
  await sleep(1500);
  const began = performance.now();
  try {
    await act(load);
  } catch (error) {
    console.log(`${what}: ${error instanceof Error ? error.message.slice(0, 2000) : error}`);
  }
  const seconds = (performance.now() - began) / 1000;
  await sleep(1500);
  const told = tell(await load.stop(), faulty);
  const ratio = quiet === undefined ? '' : `, ${(told.p99Ms / quiet.p99Ms).toFixed(1)} times quiet`;
  row(
    what,
    `failed ${told.failed} of ${told.requests}${told.own > 0 ? `, and ${told.own} of the faulty release's own` : ''}`,
    `p99 ${told.p99Ms.toFixed(0)} ms${ratio}`,
    `asked again ${told.again}`,
    s(seconds),
    told.versions.join(' '),
    ...(told.failed > 0 ? [JSON.stringify(told.why), JSON.stringify(told.byKind)] : []),
  );
  return told;
}

async function bareReloads() {
  for (const round of ['sleep 2', 'sleep 1']) await must(server, `nginx -s reload 2>/dev/null; ${round}`);
}

function deployed(version, differing = {}, expected = 0) {
  lay(version, differing);
  return command(['deploy', '--yes'], expected);
}

/** Begins a deployment, and ends it in that step. */
async function aborted(version, step) {
  lay(version, { soak: step === 'soak' ? '2m' : soak, drain: step === 'stop' ? '1m' : '10s' });
  const { stdout } = await command(['deploy', '--detach', '--yes'], 0, 8);
  const { deployment } = JSON.parse(stdout);
  const talking = step === 'stop' ? must(server, heldOpen) : undefined;
  for (let tries = 0; tries < 600; tries += 1) {
    const { stdout: now } = await belay(['status', deployment, '--json'], {
      env,
      expected: [0, 1, 2, 3, 4, 8],
    });
    const { steps, outcome } = JSON.parse(now);
    if (outcome !== 'running' && steps.every(({ status }) => status !== 'running') && steps.length > 3) break;
    if (steps.some(({ name }) => name === step)) break;
  }
  await belay(['abort', deployment, '--reason', 'measured'], { env, expected: [0, 1, 2, 3, 4] });
  await belay(['watch', deployment], { env, expected: [0, 1, 2, 3, 4] });
  await talking;
}

/** A connection that the stop waits for. */
const heldOpen = `timeout 20 bash -c 'exec 3<>/dev/tcp/127.0.0.1/${sites.visited}; sleep 20' 2>/dev/null || :`;

function command(args, ...expected) {
  return belay([...args, '--json', '--config', join(source, 'belay.yml')], { env, expected });
}

function lay(version, differing) {
  writeFileSync(join(source, 'app.py'), app(version));
  layConfig(source, 'visited', {
    run: 'gunicorn -w 2 -b {bind} app:app',
    rehearse: true,
    soak,
    drain: '10s',
    acknowledge: '{ nginx.no-https: "a measurement" }',
    ...differing,
  });
}

/** Marks its answers; the ailing one answers errors after a while. */
function app(version) {
  return `answers = 0

def app(environ, start_response):
    global answers
    answers += 1
    environ['wsgi.input'].read(int(environ.get('CONTENT_LENGTH') or 0))
    status = '500 Ailing' if ${version === 'ailing' ? 'answers > 300' : 'False'} else '200 OK'
    start_response(status, [('Content-Type', 'text/plain'), ('X-Version', '${version}')])
    return [b'hello']
`;
}

function newCode(site, then) {
  return `cat >/srv/${site}/app.py <<'END'
${app('two')}END
${then}
sleep 3`;
}

const upgrade = `old=$(cat /run/usr2/pid)
kill -USR2 $old
until [ -s /run/usr2/pid.2 ]; do sleep 0.1; done
sleep 1
kill -TERM $old`;

const pm2Reload = `sed -i s/one/two/ /srv/pm2/app.js
pm2 reload pm2 --silent </dev/null >/dev/null 2>&1
sleep 1`;

/** As it is written again and again: start the other colour, wait for it, exchange the port, reload, wait a little, stop the old one. */
const blueGreen = `cp -r /srv/green /srv/blue
${newCode(
  'blue',
  `systemctl start blue
until curl -sf http://127.0.0.1:9204/ >/dev/null; do sleep 0.1; done
sed -i 's/9203/9204/' /etc/nginx/sites-enabled/green
nginx -t 2>/dev/null
nginx -s reload
sleep 2
systemctl stop green`,
)}`;

async function prepareServer() {
  const unit = (name, port) => `mkdir -p /srv/${name}
cat >/etc/systemd/system/${name}.service <<'END'
[Service]
User=www-data
RuntimeDirectory=${name}
WorkingDirectory=/srv/${name}
ExecStart=/usr/bin/gunicorn -w 2 -b 127.0.0.1:${port} -p /run/${name}/pid app:app
END
`;
  const site = (name, port) => `cat >/etc/nginx/sites-enabled/${name} <<'END'
server {
  listen 80; listen 443 ssl; server_name ${name}.example.test;
  ssl_certificate /etc/ssl/certs/bench.pem; ssl_certificate_key /etc/ssl/private/bench.pem;
  access_log /var/log/nginx/${name}.log;
  location / { proxy_pass http://127.0.0.1:${port}; }
}
END
`;
  await must(
    server,
    `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=bench -keyout /etc/ssl/private/bench.pem -out /etc/ssl/certs/bench.pem 2>/dev/null
${Object.entries(sites)
  .map(([name, port]) => site(name, port))
  .join('')}
${[
  ['hup', 9201],
  ['green', 9203],
  ['blue', 9204],
]
  .map(([name, port]) => unit(name, port))
  .join('')}
mkdir -p /srv/usr2 /run/usr2
for one in hup usr2 green; do cat >/srv/$one/app.py <<'END'
${app('one')}END
done
mkdir -p /srv/pm2
cat >/srv/pm2/app.js <<'END'
require('http').createServer((request, response) => {
  request.resume();
  request.on('end', () => response.writeHead(200, { 'X-Version': 'one' }).end('hello'));
}).listen(${sites.pm2}, '127.0.0.1');
END
pm2 start /srv/pm2/app.js --name pm2 -i 2 --silent </dev/null >/dev/null 2>&1
systemctl daemon-reload
systemctl start hup green
cd /srv/usr2
# As a unit's main process its end would be that of the unit.
setsid -f gunicorn -w 2 -b 127.0.0.1:9202 -p /run/usr2/pid app:app </dev/null >/dev/null 2>&1
systemctl restart nginx
for port in 9201 9202 9203 9205; do until curl -sf http://127.0.0.1:$port/ >/dev/null; do sleep 0.1; done; done`,
  );
}

await measureAll();
