import type { ChangeInput } from '../domain/activities.js';
import { unitName } from '../domain/release.js';
import { loadScript } from '../host/scripts.js';
import { counted, pm2Program } from './changing.js';
import { readySeconds } from './startOld.js';

const scripts = [
  'recover',
  'door',
  'supervisor',
  'fence',
  'stop-new',
  'restore-files',
  'restore-topology',
  'start-old',
  'settle',
];

/** The files with which a host takes the way back by itself (recover.sh), as back-up.sh reads them from stdin. */
export async function wayBackFiles({ app, release }: ChangeInput): Promise<string> {
  const files: [string, string][] = await Promise.all([
    ...scripts.map(async (name): Promise<[string, string]> => [name, await loadScript(name)]),
    pm2Program().then((text): [string, string] => ['pm2', text]),
  ]);
  files.push(['release', release], ['unit', unitName(app)], ['seconds', String(readySeconds)]);
  return files.map(([name, text]) => `${name} ${counted(text)}`).join('');
}
