import { join } from 'node:path';
import { setApart } from '../../artifact/apart.js';
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
import { runHere } from './run-here.js';
import { packingProgress } from '../output/packing.js';
import { speechOf } from '../output/speech.js';
import { UserError } from '../terminal/user-error.js';

/** Which source a command is about. */
export interface SourceOptions {
  /** A branch, tag or commit instead of the folder as it is. */
  ref?: string;
}

/**
 * Builds the source where belay.yml says so, checks it, packs it and keeps it in the artifact store, where the worker finds
 * it. What is built here, and a commit, lie in a folder of their own meanwhile: nothing is done in the person's tree.
 * @throws UserError, also where this machine has too little left of disk or memory for a deployment; PackError
 */
export async function packSource(
  { app, source, include, build }: Chosen,
  { ref }: SourceOptions,
  io: Io,
): Promise<Manifest> {
  const short = shortage();
  if (short !== '') throw new UserError(`nothing was begun: ${short}`, exitCodes.failed);
  if (ref === undefined && build.length === 0) return checkAndPack(app.checks.local, { source, include }, io);
  const { folder, revision, remove } = await setApart({ source, include }, ref);
  try {
    await runHere('build.local', build, folder, io);
    return await checkAndPack(app.checks.local, { source: folder, include, revision }, io);
  } finally {
    await remove();
  }
}

async function checkAndPack(
  checks: readonly string[],
  what: Pick<PackOptions, 'source' | 'include' | 'revision'>,
  io: Io,
): Promise<Manifest> {
  await runHere('checks.local', checks, what.source, io);
  const { manifest } = await packFolder(what, io);
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
export async function packFolder(
  folder: Pick<PackOptions, 'source' | 'include' | 'revision'>,
  io: Io,
): Promise<Packed> {
  const progress = packingProgress(io, speechOf(io));
  try {
    // A folder that is there for this one time has none to be found again.
    const digests = folder.revision === undefined ? join(stateFolder(), 'digests') : undefined;
    const packed = await pack({ ...folder, digests, onFile: progress.counting('read') });
    await folderStore(artifactsFolder()).put(packed, progress.counting('kept'));
    return packed;
  } finally {
    progress.end();
  }
}
