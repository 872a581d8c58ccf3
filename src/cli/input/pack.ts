import { join } from 'node:path';
import { folderStore } from '../../artifact/folder-store.js';
import { pack, type Packed, type PackOptions } from '../../artifact/pack.js';
import type { Manifest } from '../../domain/app/manifest.js';
import { formatBytes } from '../../domain/text/bytes.js';
import { exitCodes } from '../../domain/runbook/outcome.js';
import { count } from '../../history/text.js';
import { shortage } from '../../temporal/machine.js';
import { artifactsFolder, stateFolder } from '../../temporal/state.js';
import type { Chosen } from './app.js';
import type { Io } from '../terminal/io.js';
import { localChecks } from './local-checks.js';
import { packingProgress } from '../output/packing.js';
import { speechOf } from '../output/speech.js';
import { UserError } from '../terminal/user-error.js';

/**
 * Checks the source here, packs it and keeps it in the artifact store, where the worker finds it.
 * @throws UserError, also where this machine has too little left of disk or memory for a deployment; PackError
 */
export async function packSource({ app, source, include }: Chosen, io: Io): Promise<Manifest> {
  const short = shortage();
  if (short !== '') throw new UserError(`nothing was begun: ${short}`, exitCodes.failed);
  await localChecks(app.checks.local, source, io);
  const { manifest } = await packFolder({ source, include }, io);
  const bytes = manifest.entries.reduce((sum, { size }) => sum + size, 0);
  const commit =
    manifest.commit === undefined
      ? ''
      : `, commit ${manifest.commit.slice(0, 12)}${manifest.dirty ? ' with changes' : ''}`;
  io.stderr(`packed ${count(manifest.entries.length, 'file')}, ${formatBytes(bytes)}${commit}\n`);
  return manifest;
}

/**
 * Packs a folder and keeps it in the artifact store; says how far that is where it takes long.
 * @throws PackError
 */
export async function packFolder(folder: Pick<PackOptions, 'source' | 'include'>, io: Io): Promise<Packed> {
  const progress = packingProgress(io, speechOf(io));
  try {
    const digests = join(stateFolder(), 'digests');
    const packed = await pack({ ...folder, digests, onFile: progress.counting('read') });
    await folderStore(artifactsFolder()).put(packed, progress.counting('kept'));
    return packed;
  } finally {
    progress.end();
  }
}
