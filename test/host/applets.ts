import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder with a link for everything that busybox can, until the tests of the file are over. */
export function installApplets(): string {
  const folder = mkdtempSync(join(tmpdir(), 'busybox-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  execFileSync('busybox', ['--install', '-s', folder]);
  return folder;
}
