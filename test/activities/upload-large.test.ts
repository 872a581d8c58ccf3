import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { compare } from '../../src/activities/steps/compare.js';
import { upload } from '../../src/activities/steps/upload.js';
import { pack } from '../../src/artifact/pack.js';
import { temporaryFolder } from '../temporary.js';
import { stagingHost } from './staging-host.js';

const run = promisify(execFile);
const times: string[] = [];

async function timed<T>(what: string, act: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await act();
  times.push(`${what.padEnd(34)} ${((performance.now() - began) / 1000).toFixed(2)} s`);
  return result;
}

/** Prints times and judges none: they depend on the machine. */
it('stages 72 MB in 2,000 files, then five that changed', { timeout: 300_000 }, async () => {
  const host = await stagingHost();
  const source = await temporaryFolder();
  for (let n = 0; n < 2000; n++) {
    const path = join(source, `package${n % 50}`, `part${n % 7}`, `file${n}`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, randomBytes(36_000));
  }
  const [first, second] = ['20261124T101500Z-00000001', '20261124T111500Z-00000002'];

  const packed = await timed('pack', () => pack({ source }));
  const artifact = await timed('put into the store', () => host.store.put(packed));
  await timed('pack again', () => pack({ source }));
  await timed('put again', () => host.store.put(packed));
  expect(await timed('first upload', () => host.run(upload, artifact, first))).toEqual({
    files: 2000,
    bytes: 72_000_000,
  });
  const copy = join(dirname(host.path), 'rsync');
  await timed('rsync -a of the same', () => run('rsync', ['-a', `${source}/`, copy])).catch(() => undefined);
  await symlink(host.tree(first), host.path);

  for (let n = 0; n < 5; n++)
    await writeFile(join(source, `package${n}`, `part${n}`, `file${n}`), randomBytes(36_000));
  const changed = await host.store.put(await pack({ source }));
  const { files } = await timed('compare, 5 changed', () => host.run(compare, changed, second));
  expect(files).toMatchObject({
    changedCount: 5,
    addedCount: 0,
    removedCount: 0,
    upload: { files: 5, bytes: 180_000 },
  });
  expect(await timed('upload, 5 changed', () => host.run(upload, changed, second))).toEqual({
    files: 5,
    bytes: 180_000,
  });
  expect(await timed('upload again, nothing to do', () => host.run(upload, changed, second))).toEqual({
    files: 0,
    bytes: 0,
  });
  console.log(times.join('\n'));
});
