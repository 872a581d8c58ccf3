import { randomBytes } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivate } from '../state.js';

/**
 * The mark of an artifact store: 16 hex digits in its file `.mark`, made when it is first asked for. Two machines that
 * read the same mark reach the same store, whatever the path is called on each.
 * @throws where the store is not writable.
 */
export async function storeMark(location: string): Promise<string> {
  const file = join(location, '.mark');
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return kept.trim();
  await makePrivate(location);
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, `${randomBytes(8).toString('hex')}\n`, { mode: 0o600 });
  try {
    // Whoever links first has made the mark, also for those who come at the same moment.
    await link(draft, file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  } finally {
    await unlink(draft);
  }
  return (await readFile(file, 'utf8')).trim();
}
