import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readRecord } from './state.js';

/** The compiled worker: the same from src/ (in tests) and from dist/. */
export const workerEntry = fileURLToPath(new URL('../../dist/worker.js', import.meta.url));

/** What scripts/build.mjs leaves: a hash of everything that went into dist/. */
const buildRecord = fileURLToPath(new URL('../../dist/build.json', import.meta.url));

/** Which code a worker runs: the hash that the build left, else its file's time. Changes with every other build. */
export function codeVersion(entry: string): string {
  const build = readRecord(buildRecord) as { sources: string } | undefined;
  if (entry === workerEntry && build) return build.sources.slice(0, 16);
  return String(statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? 'absent');
}
