// `npm run bench`: every measurement in bench/, each beside what it is compared with, in one run.
import { readdirSync } from 'node:fs';
import { build, installDependencies, root, run } from './prepare.mjs';
import { installPackages, noServers, temporalCli } from './prerequisites.mjs';

const wanted = process.argv.slice(2);
const ready = installDependencies() && build() && (await installPackages());
const env = ready ? await temporalCli() : {};
const reason = noServers();
if (reason) console.log(`measurements on real servers are left out: ${reason}`);

let good = Boolean(ready);
for (const file of readdirSync(`${root}bench`)
  .filter((name) => name.endsWith('.bench.mjs'))
  .sort()) {
  const name = file.replace('.bench.mjs', '');
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (reason && name !== 'temporal') continue;
  console.log(`\n== ${name}`);
  good = run(process.execPath, [`bench/${file}`], env) && good;
}
process.exitCode = good ? 0 : 1;
