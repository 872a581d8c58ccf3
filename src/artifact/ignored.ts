import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** The rules that one folder's ignore files give for everything below it. */
interface Level {
  /** Absolute. */
  folder: string;
  rules: Ignore;
}

/** Ignore files in force in a folder, the outermost first. */
export type Levels = readonly Level[];

/** In one folder the later file has the last word, so that .belayignore can take back what .gitignore says. */
export const ignoreFiles = ['.gitignore', '.belayignore'];

/**
 * The rules in force at `source`: its own, and those of the folders above it up to the top of the git work tree.
 * Where those above leave `source` out altogether they are dropped, because belay.yml names it expressly.
 */
export async function levelsAt(source: string): Promise<Levels> {
  const above: Level[] = [];
  for (const folder of await foldersUpToWorkTree(source)) above.push(...(await levelOf(folder)));
  const kept = isIgnored(above, source, true) ? [] : above;
  return [...kept, ...(await levelOf(source))];
}

/** The rules in force in `folder`, where `levels` are those of its parent. */
export async function levelsIn(folder: string, levels: Levels): Promise<Levels> {
  return [...levels, ...(await levelOf(folder))];
}

/** Whether the ignore files leave out `path` (absolute). As in git, the innermost file that speaks of it decides. */
export function isIgnored(levels: Levels, path: string, isFolder: boolean): boolean {
  for (const level of levels.toReversed()) {
    const relative = path.slice(level.folder.length + 1);
    const verdict = level.rules.test(isFolder ? `${relative}/` : relative);
    if (verdict.ignored || verdict.unignored) return verdict.ignored;
  }
  return false;
}

async function levelOf(folder: string): Promise<Level[]> {
  const texts = await Promise.all(ignoreFiles.map((name) => readIfThere(join(folder, name))));
  if (texts.every((text) => text === null)) return [];
  // The library's default is to ignore case; git on Linux does not.
  const rules = ignore({ ignorecase: false });
  for (const text of texts) if (text !== null) rules.add(text);
  return [{ folder, rules }];
}

/** The folders from the top of the work tree down to the parent of `source`; none outside a work tree, or at its top. */
export async function foldersUpToWorkTree(source: string): Promise<string[]> {
  if (await exists(join(source, '.git'))) return [];
  const folders: string[] = [];
  for (let folder = dirname(source); folder !== dirname(folder); folder = dirname(folder)) {
    folders.unshift(folder);
    if (await exists(join(folder, '.git'))) return folders;
  }
  return [];
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'EISDIR') return null;
    throw error;
  }
}
