// Every shell script of the project, tracked or not yet, is POSIX sh without a complaint.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const list = ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.sh', '.ci/run'];
const files = execFileSync('git', list, { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file && existsSync(file));
const { error, status } = spawnSync('shellcheck', ['-s', 'sh', ...files], { stdio: 'inherit' });
if (error)
  console.error(`shellcheck could not be started (${error.message}); install it: apt-get install shellcheck`);
else if (status === 0) console.log(`${files.length} shell scripts are clean`);
process.exit(status ?? 1);
