import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where Chromium was found on this machine, or where it was looked for in vain. */
export type Found = { executable: string } | { lookedFor: string };

/** Finds Chromium: BELAY_CHROMIUM, which is not looked beyond where it is set, else by its names on PATH. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): Found {
  const set = env['BELAY_CHROMIUM'];
  if (set)
    return isProgram(set)
      ? { executable: set }
      : { lookedFor: `BELAY_CHROMIUM is ${set}, which is no program` };
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
  if (found !== undefined) return { executable: found };
  return { lookedFor: `${names.join(', ')} on PATH (${folders.join(delimiter)}); BELAY_CHROMIUM is not set` };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
