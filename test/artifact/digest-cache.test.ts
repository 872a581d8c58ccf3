import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../temporary.js';
import { writeTree } from './source.js';

vi.mock('../../src/artifact/digest.js', { spy: true });
// Another test of this process may have loaded them already, without what is spied on.
vi.resetModules();
const digest = await import('../../src/artifact/digest.js');
const { pack } = await import('../../src/artifact/pack.js');

let digests: string;

/** The paths that were read, and the digest of each file. */
async function packed(source: string): Promise<{ read: string[]; sums: Record<string, string> }> {
  const reading = vi.mocked(digest.digestFile).mockClear();
  const { manifest } = await pack({ source, digests });
  return {
    read: reading.mock.calls.map(([path]) => path.slice(source.length + 1)).sort(),
    sums: Object.fromEntries(manifest.entries.map((entry) => [entry.path, entry.sha256])),
  };
}

function later(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

beforeEach(async () => {
  digests = await temporaryFolder();
  vi.useFakeTimers({ toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('what need not be read again', () => {
  it('reads a file again only where it was written to, also with the same size and with its time set back', async () => {
    const source = await writeTree({ 'app.py': 'one\n', 'other.py': 'same\n' });
    later(5);
    expect((await packed(source)).read).toEqual(['app.py', 'other.py']);
    const before = await packed(source);
    expect(before.read).toEqual([]);

    const { atime, mtime } = await stat(join(source, 'app.py'));
    await writeFile(join(source, 'app.py'), 'two\n');
    await utimes(join(source, 'app.py'), atime, mtime);
    const after = await packed(source);
    expect(after.read).toEqual(['app.py']);
    expect(after.sums).toEqual({ ...before.sums, 'app.py': digest.sha256('two\n') });
  });

  it('trusts no file that was written to a moment ago: a second write may not show in its times', async () => {
    const source = await writeTree({ 'app.py': 'one\n' });
    await packed(source);
    expect((await packed(source)).read).toEqual(['app.py']);
    later(5);
    // What was read a moment after the write may have been read before another one.
    expect((await packed(source)).read).toEqual(['app.py']);
    expect((await packed(source)).read).toEqual([]);
  });

  it('takes a damaged cache for none', async () => {
    const source = await writeTree({ 'app.py': 'one\n' });
    later(5);
    const { sums } = await packed(source);
    const [name = ''] = await readdir(digests);
    const sum = digest.sha256('one\n');
    const text = await readFile(join(digests, name), 'utf8');
    for (const damaged of ['', '{}', text.replace(sum, sum.replaceAll('a', 'b')), text.slice(0, -3)]) {
      await writeFile(join(digests, name), damaged);
      expect(await packed(source)).toEqual({ read: ['app.py'], sums });
    }
  });

  it('keeps the caches of the twenty sources that were packed last', async () => {
    later(5);
    for (let source = 0; source < 25; source += 1) {
      later(5);
      await packed(await writeTree({ 'app.py': `${source}\n` }));
    }
    expect(await readdir(digests)).toHaveLength(20);
  });
});
