// `npm run histories`: records the histories that `npm test` replays anew, from real deployments to a throw-away server.
import { register } from 'node:module';
import { build, installDependencies } from './prepare.mjs';
import { installPackages, noServers, temporalCli } from './prerequisites.mjs';

const reason = noServers();
if (reason) {
  console.error(`recording needs a real server: ${reason}`);
  process.exit(1);
}
if (!installDependencies() || !build() || !installPackages()) process.exit(1);
Object.assign(process.env, await temporalCli());

register('./typescript.mjs', import.meta.url);
const { record } = await import('../test/histories/record.ts');
await record();
