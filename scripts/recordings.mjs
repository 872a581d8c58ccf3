// `npm run recordings [NAME…]`: records anew what inspect.sh prints on servers of many kinds, for the tests of the parsers.
// They are made for it: sandbox servers, and other Debians by debootstrap, which takes some minutes the first time.
import { register } from 'node:module';
import { build, installDependencies } from './prepare.mjs';
import { installPackages, noServers } from './prerequisites.mjs';

const reason = noServers();
if (reason) {
  console.error(`recording needs real servers: ${reason}`);
  process.exit(1);
}
if (!installDependencies() || !build() || !installPackages()) process.exit(1);

register('./typescript.mjs', import.meta.url);
const { record } = await import('../test/host/facts/recordings/record.ts');
await record(process.argv.slice(2));
