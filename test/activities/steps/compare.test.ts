import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/activities/steps/compare.js';
import { upload } from '../../../src/activities/steps/upload.js';
import { type Tree, writeTree } from '../../artifact/source.js';
import { recordOf } from '../../host/state.js';
import { temporaryFolder } from '../../temporary.js';
import { programs, type StagingHost, stagingHost } from '../staging-host.js';

const first = '20261124T101500Z-00000001';
const second = '20261124T111500Z-00000002';

/** A host on which belay has deployed `tree` as the release `first`. */
async function deployed(tree: Tree, shell?: string[]): Promise<StagingHost> {
  const host = await stagingHost(shell);
  await host.run(upload, await host.artifact(tree), first);
  await symlink(host.tree(first), host.path);
  return host;
}

describe('before the first deployment', () => {
  it('counts everything as added where nothing is there', async () => {
    const host = await stagingHost();
    const artifact = await host.artifact({ 'app.py': 'x', 'a/b.txt': 'yy' });
    expect(await host.run(compare, artifact, first)).toEqual({
      files: {
        added: [
          { path: 'a/b.txt', size: 2 },
          { path: 'app.py', size: 1 },
        ],
        changed: [],
        removed: [],
        addedCount: 2,
        changedCount: 0,
        removedCount: 0,
        total: 2,
        totalBytes: 3,
        upload: { files: 2, bytes: 3 },
      },
      hostOnly: [],
      findings: [],
    });
  });

  it('tells the same, the changed and the added apart by content, and leaves nothing on the host', async () => {
    const host = await stagingHost();
    await writeTree(
      {
        same: 'same',
        'same size': 'AAAA',
        longer: 'A',
        'it\'s "odd"\\': 'x',
        '-dash': 'x',
        mode: 'x',
        now: { link: 'same' },
      },
      host.path,
    );
    const artifact = await host.artifact({
      same: 'same',
      'same size': 'BBBB',
      longer: 'AA',
      'it\'s "odd"\\': 'x',
      '-dash': 'y',
      mode: { text: 'x', mode: 0o755 },
      now: { link: 'longer' },
      'new/größe': '1234567',
    });
    const { files, hostOnly, findings } = await host.run(compare, artifact, first);
    expect(files.changed.map((file) => file.path)).toEqual(['-dash', 'longer', 'mode', 'now', 'same size']);
    expect(files.added).toEqual([{ path: 'new/größe', size: 7 }]);
    expect(files.upload).toEqual({ files: 4, bytes: 7 + 1 + 2 + 4 });
    expect(hostOnly).toEqual([]);
    expect(findings).toEqual([]);
    expect(await readdir(dirname(host.path))).toEqual(expect.not.arrayContaining(['words.belay']));
  });

  it.each(programs)(
    'names what exists only on the host, folder by folder, and what covers it, by %s programs',
    async (_, shell) => {
      const host = await stagingHost(shell);
      await writeTree(
        {
          'app.py': '',
          'data/words.db': 'x'.repeat(1000),
          'data/old/a': 'x',
          'uploads/a/1.png': '12',
          'uploads/b/2.png': '345',
          'lib/notes.txt': 'n',
          'lib/mod.py': '',
          'lib/__pycache__/mod.pyc': '',
          'stale.pyc': '',
          '.env': 'A=1',
          'tool/venv/pyvenv.cfg': '',
          'tool/venv/bin/python': 'bin',
          'tool/use.py': '',
          'web/node_modules/x/index.js': '123',
          'web/index.js': '',
          'line\nbreak': '',
        },
        host.path,
      );
      await utimes(join(host.path, 'uploads/a/1.png'), 1_700_000_000, 1_700_000_000);
      await utimes(join(host.path, 'uploads/b/2.png'), 1_600_000_000, 1_600_000_000);
      const artifact = await host.artifact({
        'app.py': '',
        'lib/mod.py': '',
        'tool/use.py': '',
        'web/index.js': '',
      });
      const { files, hostOnly, findings } = await host.run(compare, artifact, first, {
        shared: ['./data/', '.env'],
        discard: ['lib/notes.txt'],
      });
      expect(files.removedCount).toBe(0);
      expect(hostOnly.map(({ path, size, fate }) => ({ path, size, fate }))).toEqual([
        { path: 'line\nbreak', size: 0, fate: 'uncovered' },
        { path: 'uploads/', size: 5, fate: 'uncovered' },
        { path: '.env', size: 3, fate: 'shared' },
        { path: 'data/', size: 1001, fate: 'shared' },
        { path: 'lib/notes.txt', size: 1, fate: 'discarded' },
        { path: 'tool/venv/', size: 3, fate: 'dependencies' },
        { path: 'web/node_modules/', size: 3, fate: 'dependencies' },
      ]);
      expect(hostOnly[1]?.modified).toBe(1_700_000_000);
      expect(findings).toEqual([]);
    },
  );

  it('does not hide what lies beside a covered path', async () => {
    const host = await stagingHost();
    await writeTree({ 'var/uploads/a': '', 'var/cache/b': '', 'var/c': '' }, host.path);
    const { hostOnly } = await host.run(compare, await host.artifact({ a: '' }), first, {
      shared: ['var/uploads'],
    });
    expect(hostOnly.map(({ path, fate }) => `${path} ${fate}`)).toEqual([
      'var/c uncovered',
      'var/cache/ uncovered',
      'var/uploads/ shared',
    ]);
  });

  it.each(programs)(
    'warns of empty folders that the new release would lack, by %s programs',
    async (_, shell) => {
      const host = await stagingHost(shell);
      await writeTree({ 'app.py': '' }, host.path);
      await mkdir(join(host.path, 'logs'));
      await mkdir(join(host.path, 'data'));
      const { findings, hostOnly } = await host.run(compare, await host.artifact({ 'app.py': '' }), first, {
        shared: ['data'],
      });
      expect(hostOnly).toEqual([]);
      expect(findings.map(({ id, severity, evidence }) => ({ id, severity, evidence }))).toEqual([
        { id: 'files.empty-folder', severity: 'warn', evidence: '"logs/"' },
      ]);
    },
  );

  it('lists no more than 200, those that nothing covers first', async () => {
    const host = await stagingHost();
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`f${n}`, 'x']));
    await writeTree({ ...many, app: '', covered: '' }, host.path);
    const { hostOnly } = await host.run(compare, await host.artifact({ app: '' }), first, {
      shared: ['covered'],
    });
    expect(hostOnly).toHaveLength(200);
    expect(hostOnly.every(({ fate }) => fate === 'uncovered')).toBe(true);
  });

  it.runIf(process.getuid?.() === 0)('blocks where parts cannot be read', async () => {
    const host = await stagingHost(['setpriv', '--reuid=65534', '--clear-groups', '--', 'sh']);
    await chmod(dirname(host.path), 0o755);
    await writeTree({ 'app.py': '', 'private/x': '' }, host.path);
    await chmod(join(host.path, 'private'), 0o700);
    const { findings } = await host.run(compare, await host.artifact({ 'app.py': '' }), first);
    expect(findings.map(({ id, severity }) => ({ id, severity }))).toEqual([
      { id: 'files.unreadable', severity: 'block' },
    ]);
    expect(findings[0]?.evidence).toContain('private');

    await chmod(host.path, 0o700);
    const { findings: whole } = await host.run(compare, await host.artifact({ 'app.py': '' }), first);
    expect(whole).toMatchObject([{ id: 'files.unreadable', evidence: `${host.path}: Permission denied` }]);
  });
});

describe('after a deployment of belay', () => {
  it('tells a file that the last release had from one that appeared on the host', async () => {
    const host = await deployed({ 'app.py': 'x', 'old.py': 'old', 'pkg/gone.py': 'g' });
    await writeTree({ 'words.db': 'data', 'pkg/cache/x': '1' }, host.tree(first));
    const { files, hostOnly, findings } = await host.run(
      compare,
      await host.artifact({ 'app.py': 'x' }),
      second,
    );
    expect(files.removed).toEqual([
      { path: 'old.py', size: 3 },
      { path: 'pkg/gone.py', size: 1 },
    ]);
    expect(files.removedCount).toBe(2);
    expect(hostOnly.map(({ path, fate }) => `${path} ${fate}`)).toEqual([
      'pkg/cache/ uncovered',
      'words.db uncovered',
    ]);
    expect(findings.map(({ id }) => id)).toEqual([]);
  });

  it('does not take what belay linked there for the host’s, nor what its build made, but names dependencies', async () => {
    const host = await deployed({ 'app.py': 'x', 'data/.gitkeep': '' });
    const tree = host.tree(first);
    await rm(join(tree, 'data'), { recursive: true });
    await writeTree({ 'shared/data/words.db': 'x', 'deps/abc/bin/python': '' }, `${host.path}.belay`);
    await symlink(`${host.path}.belay/shared/data`, join(tree, 'data'));
    await symlink('../../../deps/abc', join(tree, '.venv'));
    await writeTree({ 'dist/bundle.js': 'built', 'venv/pyvenv.cfg': 'made' }, tree);
    await writeFile(join(recordOf(host.path, first), 'built'), '');
    const comparison = await host.run(
      compare,
      await host.artifact({ 'app.py': 'x', 'data/.gitkeep': '' }),
      second,
      {
        shared: ['data'],
      },
    );
    expect(comparison.hostOnly).toMatchObject([
      { path: '.venv/', fate: 'dependencies' },
      { path: 'venv/', fate: 'dependencies' },
    ]);
    expect(comparison.findings).toEqual([]);
    expect(comparison.files).toMatchObject({
      addedCount: 0,
      changedCount: 0,
      removedCount: 0,
      upload: { files: 0 },
    });
  });

  it.each(programs)(
    'warns of files of the last release that were changed on the host, by %s programs',
    async (_, shell) => {
      const host = await deployed({ a: 'same size', b: 'short', c: 'c', d: 'd', l: { link: 'a' } }, shell);
      const tree = host.tree(first);
      await writeTree({ a: 'SAME size', b: 'longer than before' }, tree);
      await rm(join(tree, 'c'));
      await rm(join(tree, 'l'));
      await symlink('b', join(tree, 'l'));
      const artifact = await host.artifact({ a: 'same size', c: 'c', d: 'd', l: { link: 'a' } });
      const { files, findings } = await host.run(compare, artifact, second);
      expect(files.removed).toEqual([{ path: 'b', size: 18 }]);
      expect(files.changed.map((file) => file.path)).toEqual(['a', 'l']);
      expect(files.added.map((file) => file.path)).toEqual(['c']);
      expect(findings.map(({ id, severity }) => ({ id, severity }))).toEqual([
        { id: 'files.changed-on-host', severity: 'warn' },
      ]);
      expect(findings[0]?.evidence.split('\n').sort()).toEqual([
        '"a" was changed',
        '"b" was changed',
        '"c" is gone',
        '"l" was changed',
      ]);
    },
  );
});

describe.runIf(process.getuid?.() === 0)('a tree of another user’s', () => {
  it('is read as that user, who could put a link in the place of each file, and what he may not read is named', async () => {
    const bin = await temporaryFolder();
    const marks = join(bin, 'marks');
    await writeFile(
      join(bin, 'sha256sum'),
      `#!/bin/sh\nfor name; do case $name in ./*) echo "$(id -u) $name" >>${marks} ;; esac; done\nexec /usr/bin/sha256sum "$@"\n`,
      { mode: 0o755 },
    );
    await writeFile(marks, '');
    const host = await stagingHost(['env', `PATH=${bin}:${process.env['PATH'] ?? ''}`, 'sh']);
    await writeTree({ same: 'same', 'part/other': 'A', private: 'x', 'roots/same': 'r' }, host.path);
    execFileSync('chown', ['-R', 'nobody:', host.path]);
    for (const name of ['private', 'roots', 'roots/same'])
      execFileSync('chown', ['root:', join(host.path, name)]);
    await chmod(join(host.path, 'private'), 0o600);
    const artifact = await host.artifact({
      same: 'same',
      'part/other': 'B',
      private: 'x',
      'roots/same': 'r',
    });
    const { files, findings } = await host.run(compare, artifact, first);
    expect(await readFile(marks, 'utf8')).toBe('');
    expect(files.changed.map(({ path }) => path).sort()).toEqual(['part/other', 'private']);
    expect(findings.map(({ id }) => id)).toEqual(['files.unreadable']);
    expect(findings[0]?.evidence).toBe(
      `${host.path}/private: not by user 65534, who could put another in its place`,
    );
  });
});
