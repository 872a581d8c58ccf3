import { join } from 'node:path';
import { folderStore } from '../artifact/folder-store.js';
import { pack } from '../artifact/pack.js';
import type { Manifest } from '../domain/manifest.js';
import { formatBytes } from '../domain/plan-markdown.js';
import { count } from '../history/text.js';
import { artifactsFolder, stateFolder } from '../temporal/state.js';
import type { Chosen } from './app.js';
import type { Io } from './io.js';
import { localChecks } from './local-checks.js';

/**
 * Checks the source here, packs it and keeps it in the artifact store, where the worker finds it.
 * @throws UserError, PackError
 */
export async function packSource({ app, source, include }: Chosen, io: Io): Promise<Manifest> {
  await localChecks(app.checks.local, source, io);
  const packed = await pack({ source, include, digests: join(stateFolder(), 'digests') });
  await folderStore(artifactsFolder()).put(packed);
  const { manifest } = packed;
  const bytes = manifest.entries.reduce((sum, { size }) => sum + size, 0);
  const commit =
    manifest.commit === undefined
      ? ''
      : `, commit ${manifest.commit.slice(0, 12)}${manifest.dirty ? ' with changes' : ''}`;
  io.stderr(`packed ${count(manifest.entries.length, 'file')}, ${formatBytes(bytes)}${commit}\n`);
  return manifest;
}
