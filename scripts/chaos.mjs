// `npm run chaos -- --trials N --seed S`: deployments to a real server, each disturbed at a random moment, and what must be
// true after every one. The same seed draws the same trials.
import { register } from 'node:module';
import { parseArgs } from 'node:util';
import { build, installDependencies } from './prepare.mjs';
import { installPackages, noServers, temporalCli } from './prerequisites.mjs';

const { values } = parseArgs({
  options: { trials: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
});
const [trials, seed] = [values.trials, values.seed].map(Number);
if (!(trials > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run chaos -- --trials N --seed S, both whole numbers');
  process.exit(64);
}
const reason = noServers();
if (reason) {
  console.error(`chaos needs a real server: ${reason}`);
  process.exit(1);
}
if (!installDependencies() || !build() || !installPackages()) process.exit(1);
Object.assign(process.env, await temporalCli());

register('./typescript.mjs', import.meta.url);
const { runTrials } = await import('../test/chaos/random.ts');
process.exitCode = (await runTrials(trials, seed)) ? 0 : 1;
