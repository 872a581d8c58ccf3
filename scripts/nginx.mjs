// Asks a real nginx where many configurations lead, and belay the same: npm run nginx [-- FIRST_SEED]
import { run } from './prepare.mjs';

const [first = '0'] = process.argv.slice(2);
const ok = run('npx', ['vitest', 'run', '--project', 'unit', 'test/nginx'], { BELAY_NGINX_WHOLE: first });
process.exitCode = ok ? 0 : 1;
