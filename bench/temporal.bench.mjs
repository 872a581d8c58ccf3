// What belay itself costs: Temporal's cold start, the worker's memory at rest, the start of short commands.
import { readFileSync } from 'node:fs';
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
} finally {
  await belay(['down'], { env: shop.env });
  shop.remove();
}

async function often(args) {
  const runs = [];
  for (let round = 0; round < 7; round += 1) runs.push((await belay(args, { env: shop.env })).seconds);
  return median(runs);
}
