// `npm run chaos -- --trials N --seed S`: deployments to real servers, each disturbed by a fault at a moment, and what must be
// true after every one. The same seed draws the same trials. `--streams N` runs so many at a time; `--results FILE` keeps what
// came of each and goes on where a run was interrupted; `--trial N` runs that one trial of the seed again.
import { register } from 'node:module';
import { parseArgs } from 'node:util';
import { build, installDependencies } from './prepare.mjs';
import { installPackages, noServers, temporalCli } from './prerequisites.mjs';

const values = optionsOf() ?? usage();
const [trials, seed, streams] = [values.trials, values.seed, values.streams].map(Number);
const only = values.trial === undefined ? undefined : Number(values.trial);
const counts = [trials, streams, only ?? 1];
if (!counts.every((count) => Number.isInteger(count) && count > 0) || !Number.isInteger(seed)) usage();
const reason = noServers();
if (reason) {
  console.error(`chaos needs a real server: ${reason}`);
  process.exit(1);
}
if (!installDependencies() || !build() || !installPackages()) process.exit(1);
Object.assign(process.env, await temporalCli());

register('./typescript.mjs', import.meta.url);
const { runCampaign } = await import('../test/chaos/campaign.ts');
const campaign = { seed, streams: only === undefined ? streams : 1, results: values.results, only };
process.exitCode = (await runCampaign({ ...campaign, trials: only === undefined ? trials : 1 })) ? 0 : 1;

function optionsOf() {
  const options = {
    trials: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    streams: { type: 'string', default: '1' },
    results: { type: 'string' },
    trial: { type: 'string' },
  };
  try {
    return parseArgs({ options }).values;
  } catch {
    return null;
  }
}

function usage() {
  console.error(
    'usage: npm run chaos -- [--trials N] [--seed S] [--streams N] [--results FILE] [--trial N], all whole numbers',
  );
  process.exit(64);
}
