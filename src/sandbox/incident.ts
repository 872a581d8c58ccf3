import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { issueCertificate } from './certificates.js';
import { SandboxError } from './error.js';
import { sandboxFile, wordCounter } from './folders.js';
import { execOn } from './ssh.js';

/** The names under which the incident's server serves its site, and another one that nobody may touch. */
export const incidentNames = ['words.example.test', 'other.example.test'];

/** Lays the files of the incident's server into its file system, before it boots: the old version and a certificate. */
export async function layIncident(root: string): Promise<void> {
  const site = join(root, 'srv/words');
  await layVersion(site, ['old'], ['tests/', 'belay.yml', '.belayignore', '.gitignore']);
  await issueCertificate(incidentNames, join(root, 'etc/nginx/tls'));
}

/**
 * Copies the word counter to a folder.
 * @param overlays folders of the example laid over it in this order: `old`, `faults/wrong-port`; none: the new version
 * @param without files of the example, and folders with a slash at the end, that are left out
 */
export async function layVersion(folder: string, overlays: string[], without: string[] = []): Promise<void> {
  const example = wordCounter();
  const parts = ['old/', 'faults/', ...without].map((part) => example + part);
  await cp(example, folder, {
    recursive: true,
    filter: (from) =>
      !from.endsWith('/__pycache__') && !parts.some((part) => part === from || part === `${from}/`),
  }).catch((cause: unknown) => {
    throw new SandboxError(`the example that this server runs could not be copied from ${example}`, {
      cause,
    });
  });
  for (const overlay of overlays) await cp(join(example, overlay), folder, { recursive: true });
}

/** Brings a running server to the state that the incident began with. */
export async function arrangeIncident(name: string): Promise<void> {
  const script = await readFile(sandboxFile('incident.sh'), 'utf8');
  const run = await execOn(name, 'sh -s', { input: script });
  if (run.code === 0) return;
  throw new SandboxError(`incident.sh failed on ${name} (exit ${run.code}):\n${run.stdout}${run.stderr}`);
}
