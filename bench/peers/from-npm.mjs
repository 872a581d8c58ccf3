import { timed } from '../support.mjs';

/** Installs packages into a folder of this run. */
export async function fromNpm(folder, ...packages) {
  const args = ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, ...packages];
  await timed('npm', args, { env: process.env });
}
