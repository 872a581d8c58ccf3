import { mkdir, rename, rm, stat } from 'node:fs/promises';

/**
 * Makes a folder whole or not at all: filled under another name, then renamed. Where another process was faster, its
 * folder stays.
 * @param fill is given the folder to fill
 */
export async function makeOnce(folder: string, fill: (draft: string) => Promise<void>): Promise<void> {
  if (await stat(folder).catch(() => undefined)) return;
  const draft = `${folder}.draft-${process.pid}`;
  await mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    await fill(draft);
    await rename(draft, folder).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
