import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/**
 * The folder of what belay runs on this machine: the database, state files, logs, artifacts. BELAY_STATE_DIR, else
 * the place that the XDG Base Directory Specification gives. It need not exist.
 */
export function stateFolder(): string {
  return folder('BELAY_STATE_DIR', 'XDG_STATE_HOME', '.local/state');
}

/** The folder of what could be fetched again, the Temporal CLI: BELAY_CACHE_DIR, else by XDG. It need not exist. */
export function cacheFolder(): string {
  return folder('BELAY_CACHE_DIR', 'XDG_CACHE_HOME', '.cache');
}

/** Where packed sources are kept; worker and CLI must reach the same place: BELAY_ARTIFACTS, else in the state folder. */
export function artifactsFolder(): string {
  const set = process.env['BELAY_ARTIFACTS'];
  return set ? resolve(set) : join(stateFolder(), 'artifacts');
}

/** Makes a folder, and those above it, that only its owner can read (0700). Gives back its path. */
export async function makePrivate(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
  return path;
}

/** Writes a JSON file (0600) in one move, so that a reader sees the old one or the new one whole. */
export async function writeRecord(path: string, value: unknown): Promise<void> {
  await makePrivate(dirname(path));
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** What `writeRecord` wrote; undefined where the file is absent or damaged (a damaged one is written anew). */
export function readRecord(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function folder(own: string, xdg: string, usual: string): string {
  const set = process.env[own];
  if (set) return resolve(set);
  const base = process.env[xdg];
  // The specification has relative paths ignored.
  return join(base && isAbsolute(base) ? base : join(homedir(), usual), 'belay');
}
