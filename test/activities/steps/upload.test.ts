import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { upload } from '../../../src/activities/steps/upload.js';
import { failureTypes } from '../../../src/domain/runbook/failure.js';
import { HostError } from '../../../src/host/types.js';
import { writeTree } from '../../artifact/source.js';
import { recordOf } from '../../host/state.js';
import { programs, stagingHost } from '../staging-host.js';
import { oddNames } from '../../odd-names.js';

const run = promisify(execFile);
const release = '20261124T101500Z-00000001';
const next = '20261124T111500Z-00000002';

async function failureOf(promise: Promise<unknown>): Promise<HostError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(HostError);
  return error as HostError;
}

async function modeOf(path: string): Promise<string> {
  return ((await lstat(path)).mode & 0o7777).toString(8);
}

/** Lets `bytes` of the stream through, then breaks the connection. */
async function* cutAfter(stream: Readable, bytes: number): AsyncGenerator<Buffer> {
  let seen = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    yield chunk;
    seen += chunk.length;
    if (seen >= bytes) throw new HostError(failureTypes.connectionLost, 'cut');
  }
}

describe('a first upload', () => {
  it.each(programs)(
    'stages every file with its content, mode and links, whatever it is called, by %s programs',
    async (_, shell) => {
      const host = await stagingHost(shell);
      const odd = [...oddNames, 'trail ', `${'long/'.repeat(40)}name`, 'n'.repeat(100), 'n'.repeat(101)];
      const artifact = await host.artifact({
        ...Object.fromEntries(odd.map((name) => [name, name])),
        'bin/start': { text: '#!/bin/sh\n', mode: 0o775 },
        secret: { text: 's', mode: 0o600 },
        empty: '',
        'bin/again': { link: 'start' },
        'bin/-l': { link: '../back\\slash' },
        'bin/far': { link: `../${'long/'.repeat(40)}name` },
      });
      const sent = await host.run(upload, artifact, release);
      expect(sent.files).toBe(odd.length + 3);
      const tree = host.tree(release);
      for (const name of odd) expect(await readFile(join(tree, name), 'utf8')).toBe(name);
      expect(await modeOf(join(tree, 'bin/start'))).toBe('755');
      expect(await modeOf(join(tree, 'secret'))).toBe('600');
      expect(await modeOf(join(tree, 'bin'))).toBe('755');
      expect(await readlink(join(tree, 'bin/again'))).toBe('start');
      expect(await readlink(join(tree, 'bin/-l'))).toBe('../back\\slash');
      expect(await readFile(join(tree, 'bin/far'), 'utf8')).toBe(`${'long/'.repeat(40)}name`);
      expect(await readFile(join(tree, 'empty'), 'utf8')).toBe('');
    },
  );

  it('leaves the tree, and manifest and record where root alone reads them; releases cannot be listed by others', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact({ a: 'a' });
    await host.run(upload, artifact, release);
    const folder = recordOf(host.path, release);
    expect(await readdir(dirname(host.tree(release)))).toEqual(['tree']);
    expect((await readdir(folder)).sort()).toEqual(['manifest', 'placed', 'release.json']);
    const manifest = await readFile(join(folder, 'manifest'));
    expect(createHash('sha256').update(manifest).digest('hex')).toBe(artifact);
    expect(JSON.parse(await readFile(join(folder, 'release.json'), 'utf8'))).toEqual({
      when: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      release,
      digest: artifact,
      by: 'ann@laptop',
      deployment: 'belay/words/production/web1@1',
      outcome: 'staged',
    });
    const tree = host.tree(release);
    for (const each of [dirname(tree), dirname(dirname(tree)), `${host.path}.belay`])
      expect(await modeOf(each)).toBe('711');
  });
});

describe('where an older version is live', () => {
  it.each(programs)(
    'sends only what the host does not have; copies, by %s programs, are files of their own',
    async (_, shell) => {
      const host = await stagingHost(shell);
      await writeTree(
        { same: 'same', 'deep/er/same': 'x'.repeat(10_000), changed: 'old!', 'moved/a': 'm', private: 'p' },
        host.path,
      );
      await chmod(join(host.path, 'deep'), 0o700);
      await chmod(join(host.path, 'private'), 0o600);
      const artifact = await host.artifact({
        same: 'same',
        'deep/er/same': 'x'.repeat(10_000),
        changed: 'new!',
        private: 'p',
        added: '12',
      });
      expect(await host.run(upload, artifact, release)).toEqual({ files: 2, bytes: 6 });
      const tree = host.tree(release);
      expect(await readFile(join(tree, 'changed'), 'utf8')).toBe('new!');
      const [live, copy] = await Promise.all([stat(join(host.path, 'same')), stat(join(tree, 'same'))]);
      expect(copy.ino).not.toBe(live.ino);
      expect(copy.nlink).toBe(1);
      // busybox’s cp cannot keep the time alone.
      if (shell === undefined) expect(copy.mtimeMs).toBe(live.mtimeMs);
      expect(await modeOf(join(tree, 'deep'))).toBe('700');
      expect(await modeOf(join(tree, 'private'))).toBe('600');
      expect(await readFile(join(host.path, 'changed'), 'utf8')).toBe('old!');
    },
  );

  it('copies what the last release has, through the link that is live', async () => {
    const host = await stagingHost();
    await host.run(upload, await host.artifact({ a: 'a', b: 'b' }), release);
    await symlink(host.tree(release), host.path);
    expect(await host.run(upload, await host.artifact({ a: 'a', b: 'B' }), next)).toEqual({
      files: 1,
      bytes: 1,
    });
    expect(await readFile(join(host.tree(next), 'a'), 'utf8')).toBe('a');
  });
});

describe('an upload that is tried again', () => {
  it('sends only what did not arrive when the first was cut', async () => {
    const host = await stagingHost();
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [`f${String(n).padStart(2, '0')}`, `${n}`.repeat(50_000)]),
    );
    const artifact = await host.artifact(files);
    host.before = (script, options) =>
      script === 'place'
        ? { ...options, input: Readable.from(cutAfter(options.input as Readable, 1_000_000)) }
        : options;
    expect((await failureOf(host.run(upload, artifact, release))).type).toBe('ConnectionLost');
    expect(await readdir(recordOf(host.path, release))).not.toContain('release.json');

    host.before = (_script, options) => options;
    const sent = await host.run(upload, artifact, release);
    expect(sent.files).toBeGreaterThan(0);
    expect(sent.files).toBeLessThan(40);
    for (const [name, text] of Object.entries(files))
      expect(await readFile(join(host.tree(release), name), 'utf8')).toBe(text);
    expect((await readdir(recordOf(host.path, release))).sort()).toEqual([
      'manifest',
      'placed',
      'release.json',
    ]);
  });

  it('sends nothing where everything is there, and keeps the record', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact({ a: 'a', l: { link: 'a' } });
    await host.run(upload, artifact, release);
    const record = join(recordOf(host.path, release), 'release.json');
    const before = await readFile(record, 'utf8');
    await writeFile(record, before.replace('staged', 'active'));
    expect(await host.run(upload, artifact, release)).toEqual({ files: 0, bytes: 0 });
    expect(await readFile(record, 'utf8')).toContain('active');
  });

  it('replaces what is damaged in the stage', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact({ a: 'aaaa', b: 'b' });
    await host.run(upload, artifact, release);
    await writeFile(join(host.tree(release), 'a'), 'aaaX');
    expect(await host.run(upload, artifact, release)).toEqual({ files: 1, bytes: 4 });
    expect(await readFile(join(host.tree(release), 'a'), 'utf8')).toBe('aaaa');
  });

  it('finds a file that arrived wrong, and sends it once more', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact({ a: 'expected', b: 'b' });
    let broken = true;
    host.before = async (script, options) => {
      if (script !== 'place' || !broken) return options;
      broken = false;
      const chunks: Buffer[] = [];
      for await (const chunk of options.input as AsyncIterable<Buffer>) chunks.push(chunk);
      return {
        ...options,
        input: Buffer.from(
          Buffer.concat(chunks).toString('latin1').replace('expected', 'eXpected'),
          'latin1',
        ),
      };
    };
    expect((await host.run(upload, artifact, release)).files).toBe(3);
    expect(host.answers.find(({ script }) => script === 'place')?.completed).toMatchObject({
      code: 65,
      stdout: 'wrong a\n',
    });
    expect(await readFile(join(host.tree(release), 'a'), 'utf8')).toBe('expected');
  });
});

describe('an upload that cannot be', () => {
  it('says that the store was damaged', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact({ a: 'hello' });
    const digest = createHash('sha256').update('hello').digest('hex');
    await writeFile(join(host.store.location, 'objects', digest.slice(0, 2), digest.slice(2)), 'hellO');
    const failure = await failureOf(host.run(upload, artifact, release));
    expect(failure.type).toBe('ArtifactMissing');
    expect(failure.message).toContain('was damaged');
    expect((await failureOf(host.run(upload, '0'.repeat(64), release))).type).toBe('ArtifactMissing');
  });

  it('refuses a manifest that did not arrive whole', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact({ a: 'a', b: 'b' });
    host.before = (script, options) =>
      script === 'stage' ? { ...options, input: (options.input as string).slice(0, 80) } : options;
    expect((await failureOf(host.run(upload, artifact, release))).message).toContain('did not arrive whole');
  });

  it('says what stood in the way', async () => {
    const host = await stagingHost();
    await writeFile(`${host.path}.belay`, '');
    const failure = await failureOf(host.run(upload, await host.artifact({ a: 'a' }), release));
    expect(failure.message).toMatch(/^deploy@web1:22: copying what the host has: expected exit status 0/);
  });

  it.runIf(process.getuid?.() === 0)('says which rights are missing', async () => {
    const host = await stagingHost(['setpriv', '--reuid=65534', '--clear-groups', '--', 'sh']);
    const failure = await failureOf(host.run(upload, await host.artifact({ a: 'a' }), release));
    expect(failure.type).toBe('RightsMissing');
    expect(failure.message).toMatch(/needs rights that the login lacks: mkdir: .*Permission denied/);
  });

  it.runIf(process.getuid?.() === 0)('says how much room there is, and how much it would take', async () => {
    const host = await stagingHost();
    const disk = `${host.path}.belay`;
    await mkdir(disk);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m,nr_inodes=200,mode=711', 'tmpfs', disk]);
    try {
      const failure = await failureOf(
        host.run(upload, await host.artifact({ large: 'x'.repeat(3_000_000) }), release),
      );
      expect(failure.type).toBe('RemoteCommandFailed');
      expect(failure.message).toMatch(
        /too small: copying what the host has: needs 3\.0 MB, 1\.\d MB are free\. Free some space/,
      );

      // There are bytes for these, but no inodes.
      const deep = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`d${n}/f`, `${n}`]));
      const late = await failureOf(host.run(upload, await host.artifact(deep), next));
      expect(late.message).toMatch(/too small: unpacking the release: \d\.\d MB are free\./);
    } finally {
      await run('umount', [disk]);
      await rm(disk, { recursive: true });
    }
  });
});
