// `npm run bench`: every measurement in bench/, each beside what it is compared with, in one run.
import { readdirSync } from 'node:fs';
import { build, installDependencies, root, run } from './prepare.mjs';
import { installPackages, noServers, temporalCli } from './prerequisites.mjs';

const there = readdirSync(`${root}bench`)
  .filter((name) => name.endsWith('.bench.mjs'))
  .map((name) => name.replace('.bench.mjs', ''))
  .sort();
const wanted = process.argv.slice(2);
if (!wanted.every((name) => there.includes(name))) {
  console.error(`usage: npm run bench [-- NAME…], of ${there.join(', ')}`);
  process.exit(64);
}
if (!installDependencies() || !build() || !(await installPackages())) process.exit(1);
const env = await temporalCli();
const reason = noServers();
if (reason) console.log(`measurements on real servers are left out: ${reason}`);

let good = true;
for (const name of there) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (reason && name !== 'temporal') continue;
  console.log(`\n== ${name}`);
  good = run(process.execPath, [`bench/${name}.bench.mjs`], env) && good;
}
process.exitCode = good ? 0 : 1;
