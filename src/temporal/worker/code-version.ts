import { statSync } from 'node:fs';
import { built } from '../built.js';
import { readRecord } from '../state.js';

/** The compiled worker. */
export const workerEntry = built('worker.js');

/** What scripts/build.mjs leaves: a hash of everything that went into dist/. */
const buildRecord = built('build.json');

/** Which code a worker runs: the hash that the build left, else its file's time. Changes with every other build. */
export function codeVersion(entry: string): string {
  const build = readRecord(buildRecord) as { sources: string } | undefined;
  if (entry === workerEntry && build) return build.sources.slice(0, 16);
  return String(statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? 'absent');
}
