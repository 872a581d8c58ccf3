import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { running, serverPy } from './site.js';

export interface Project {
  folder: string;
  /** The belay.yml. */
  config: string;
  /** The folder that is packed. */
  source: string;
  remove(): Promise<void>;
}

/** A belay.yml that deploys to the site that runs; `settings` go over it, and null leaves a key out. */
export function yml(settings: Record<string, unknown> = {}): string {
  const usual: Record<string, unknown> = {
    app: 'tiny',
    hosts: ['tiny1'],
    path: running.path,
    source: 'src',
    user: 'www-data',
    run: 'python3 server.py {port}',
    site: running.site,
    soak: '0s',
    acknowledge: { 'nginx.no-https': 'a throw-away server' },
    // What these tests are about is told by belay's own keeper: variables that it gives, and a detour.
    manager: 'systemd',
  };
  const lines = Object.entries({ ...usual, ...settings }).filter(([, value]) => value !== null);
  return lines.map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`).join('');
}

/**
 * Lays a project in a temporary folder: belay.yml, unless `text` is null, and version 2 of the app.
 * @param files more of the source: name → content
 */
export async function makeProject(
  text: string | null = yml(),
  files: Record<string, string> = {},
): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'belay-bad-'));
  const config = join(folder, 'belay.yml');
  const source = join(folder, 'src');
  await mkdir(source);
  if (text !== null) await writeFile(config, text);
  const all = { 'server.py': serverPy, 'version.txt': '2\n', ...files };
  for (const [name, content] of Object.entries(all)) {
    await mkdir(dirname(join(source, name)), { recursive: true });
    await writeFile(join(source, name), content);
  }
  return { folder, config, source, remove: () => rm(folder, { recursive: true, force: true }) };
}
