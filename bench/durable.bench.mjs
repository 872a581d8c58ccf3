// What it costs that nothing is lost, and how soon the deployment goes on: the journal and the fence beside the same script
// run without them; a step whose worker was killed; a connection whose other end is gone without a word.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { belay, layConfig, median, must, row, s, workshop } from './support.mjs';

const rounds = 41;
const deaths = 3;
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const shop = workshop();
const { createSandbox } = await import('../dist/sandbox/index.js');
const { SshHosts } = await import('../dist/host/ssh/hosts.js');
const { change } = await import('../dist/host/door/door.js');
const { drawNumber, freeHost } = await import('../dist/host/door/fence.js');
const server = await createSandbox({ name: 'bench', like: 'plain', say: (text) => console.log(text) });
const env = { ...shop.env, BELAY_SSH_CONFIG: server.sshConfig };
const hosts = new SshHosts();
try {
  const session = await hosts.session({ alias: 'bench', sshConfig: server.sshConfig });
  await session.privilege();
  await overhead(session);
  await siteOfNginx();
  await workersDeath();
  await workerBackLater();
  await silentPeer(session);
} finally {
  await hosts.close();
  await belay(['down', '--now'], { env });
  await server.destroy();
  shop.remove();
}

/** The same script, which finds nothing to do, through the door and without it, in turns. */
async function overhead(session) {
  const path = '/srv/overhead';
  const deployment = 'belay/bench/production/bench@overhead';
  const number = await drawNumber(session, { path, deployment, by: 'bench' });
  const args = [path, 'belay-overhead.service'];
  const plain = [];
  const journaled = [];
  for (let round = 0; round < rounds; round += 1) {
    plain.push(await seconds(() => session.run('disarm', args, { timeoutMs: 10_000 })));
    const op = { path, number, deployment, op: `round${round}`, script: 'disarm', args };
    journaled.push(await seconds(() => change(session, { ...op, rerun: 'never', timeoutMs: 10_000 })));
  }
  await freeHost(session, { path, number });
  const cost = median(journaled.map((one, round) => one - plain[round]));
  row(
    'journal and fence, a step',
    `${(cost * 1000).toFixed(1)} ms`,
    'demanded: under 20 ms;',
    `the script without them ${(median(plain) * 1000).toFixed(1)} ms`,
  );
}

/** From the death of a worker whose replacement is started at once until the step that it was at is under way again. */
async function workersDeath() {
  const { connect } = await import('../dist/temporal/connect.js');
  let up = await belay(['up', '--json'], { env });
  const client = await connect();
  const handle = client.workflow.getHandle('belay/bench/production/bench');
  const seconds = [];
  for (let round = 0; round < deaths; round += 1) {
    const args = [main, 'deploy', '--config', layVersion(round), '--yes', '--json'];
    const deploying = spawn(process.execPath, args, { env, stdio: 'ignore' });
    const ended = new Promise((resolve) => deploying.once('close', resolve));
    await soakBeats(handle, 1);
    const began = performance.now();
    process.kill(JSON.parse(up.stdout).worker.pid, 'SIGKILL');
    up = await belay(['up', '--json'], { env });
    await soakBeats(handle, 2);
    seconds.push((performance.now() - began) / 1000);
    const code = await ended;
    if (code !== 0) throw new Error(`the deployment whose worker was killed ended with ${code}`);
  }
  await client.connection.close();
  row(
    "from a worker's death until its step goes on",
    s(median(seconds)),
    `at most ${s(Math.max(...seconds))};`,
    'demanded: under 10 s',
  );
}

/**
 * A worker that dies while the app is being stopped; the host goes on by itself, and the next worker comes 6 s later: from when
 * it is there until the step after the stop is under way, and how long the site was away, by the host's own measure.
 */
async function workerBackLater() {
  const { connect } = await import('../dist/temporal/connect.js');
  const client = await connect();
  const handle = client.workflow.getHandle('belay/bench/production/bench');
  const seconds = [];
  const away = [];
  for (let round = 0; round < deaths; round += 1) {
    const { worker } = JSON.parse((await belay(['up', '--json'], { env })).stdout);
    const config = layVersion(`later ${round}`, { soak: 0, hooks: '{ before: ["sleep 2"] }' });
    const args = [main, 'deploy', '--config', config, '--yes', '--json'];
    const deploying = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    deploying.stdout.on('data', (data) => (said += String(data)));
    const ended = new Promise((resolve) => deploying.once('close', resolve));
    await pending(handle, ({ name, started }) => name === 'stop' && started);
    process.kill(worker.pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    await belay(['up', '--json'], { env });
    const began = performance.now();
    await pending(handle, ({ name, started }) => name !== 'stop' && started);
    seconds.push((performance.now() - began) / 1000);
    const code = await ended;
    if (code !== 0)
      throw new Error(`the deployment whose worker came back later ended with ${code}: ${said}`);
    away.push(JSON.parse(said).downtimeSeconds);
  }
  await client.connection.close();
  row(
    'a worker is back: until the next step',
    s(median(seconds)),
    `at most ${s(Math.max(...seconds))};`,
    'demanded: under 8 s, of which 5 are the wait for the dead one;',
    `the site was away for ${s(median(away))}, with 6 s without a worker`,
  );
}

/** Returns once a step for which that holds is under way. */
async function pending(handle, holds) {
  for (const began = Date.now(); Date.now() - began < 60_000;) {
    const { raw } = await handle.describe().catch(() => ({ raw: {} }));
    const steps = (raw.pendingActivities ?? []).map(({ activityType, lastStartedTime }) => ({
      name: activityType.name,
      started: Boolean(lastStartedTime),
    }));
    if (steps.some(holds)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the step was not under way within a minute');
}

/** Returns once the soak is at that attempt and tells of itself. */
async function soakBeats(handle, attempt) {
  for (const began = Date.now(); Date.now() - began < 60_000;) {
    const { raw } = await handle.describe().catch(() => ({ raw: {} }));
    const beats = raw.pendingActivities?.some(
      (step) => step.activityType.name === 'soak' && step.attempt === attempt && step.lastHeartbeatTime,
    );
    if (beats) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no heartbeat of the soak's attempt ${attempt} within a minute`);
}

/** From when the host's network is gone, without a word to anybody, until who waits for a script is told. */
async function silentPeer(session) {
  const running = session
    .run('exec', ['/srv/bench', '', 'sleep', '120'], { timeoutMs: 120_000, input: new PassThrough() })
    .then(
      () => 'a command that ended',
      ({ type }) => type,
    );
  await must(server, "systemd-run --quiet sh -c 'sleep 1; ip link set host0 down'");
  const began = performance.now();
  const type = await running;
  row(
    'a dead connection noticed',
    s((performance.now() - began) / 1000 - 1),
    `as ${type};`,
    'demanded: within 15 s',
  );
}

async function siteOfNginx() {
  await must(
    server,
    `cat >/etc/nginx/sites-enabled/bench <<'END'
server { listen 80 default_server; server_name bench.example.test; location / { proxy_pass http://127.0.0.1:9000; } }
END
rm -f /etc/nginx/sites-enabled/default
systemctl reload nginx`,
  );
}

/** A version of the app, whose soak is longer than a worker is dead. @returns its belay.yml */
function layVersion(version, differing = {}) {
  const source = join(shop.folder, 'source');
  mkdirSync(join(source, 'pages'), { recursive: true });
  writeFileSync(join(source, 'pages/index.html'), `${version}\n`);
  return layConfig(source, 'bench', {
    run: 'python3 -m http.server {port} --bind 127.0.0.1 --directory pages',
    soak: 20,
    ...differing,
  });
}

async function seconds(action) {
  const began = performance.now();
  await action();
  return (performance.now() - began) / 1000;
}
