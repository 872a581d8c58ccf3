// What belay itself costs: Temporal's cold start, the worker's memory at rest, the start of short commands.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { belay, median, row, s, workshop } from './support.mjs';

const shop = workshop();
try {
  const up = await belay(['up', '--json'], { env: shop.env });
  const state = JSON.parse(up.stdout);
  row('belay up: embedded Temporal and worker, from cold', s(up.seconds));
  const rss = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${state.worker.pid}/status`, 'utf8'));
  row("the worker's memory at rest", `${Math.round(Number(rss[1]) / 1000)} MB`);
  row('belay --help', s(await often(['--help'])));
  row('belay list, Temporal up', s(await often(['list'])));
  row('belay status, Temporal up', s(await often(['status', await failedDeployment()], [1])), 'below 0.5 s');
} finally {
  await belay(['down', '--now'], { env: shop.env });
  shop.remove();
}

async function often(args, expected) {
  const runs = [];
  for (let round = 0; round < 7; round += 1)
    runs.push((await belay(args, { env: shop.env, expected })).seconds);
  return median(runs);
}

/** A deployment to ask for, without a server: its host is not there. @returns its ID */
async function failedDeployment() {
  const config = join(shop.folder, 'app', 'belay.yml');
  mkdirSync(join(shop.folder, 'app'));
  writeFileSync(config, 'app: bench\nhosts: [nowhere]\npath: /srv/bench\nrun: ./app {bind}\n');
  const env = { ...shop.env, BELAY_SSH_CONFIG: join(shop.folder, 'ssh_config') };
  writeFileSync(env.BELAY_SSH_CONFIG, 'Host nowhere\n  HostName nowhere.invalid\n');
  const { stdout } = await belay(['deploy', '--config', config, '--json'], { env, expected: [1] });
  return JSON.parse(stdout).deployment;
}
