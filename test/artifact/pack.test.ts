import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PackError } from '../../src/artifact/errors.js';
import { pack } from '../../src/artifact/pack.js';
import { temporaryFolder } from '../temporary.js';
import { type Tree, writeTree } from './source.js';
import { oddNames } from '../odd-names.js';

const run = promisify(execFile);

async function packed(tree: Tree, include?: string[]) {
  return pack({ source: await writeTree(tree), include });
}

async function paths(tree: Tree, include?: string[]): Promise<string[]> {
  return (await packed(tree, include)).manifest.entries.map((entry) => entry.path);
}

async function refusal(source: string, include?: string[]): Promise<string> {
  const error: unknown = await pack({ source, include }).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PackError);
  return (error as PackError).message;
}

describe('what an artifact holds', () => {
  it('says path, mode, size and digest of every file, and has the digest of that text', async () => {
    const { manifest, files } = await packed({
      'app.py': 'print(1)\n',
      'bin/start': { text: '#!/bin/sh\n', mode: 0o700 },
      'bin/again': { link: 'start' },
    });
    const app = createHash('sha256').update('print(1)\n').digest('hex');
    const start = createHash('sha256').update('#!/bin/sh\n').digest('hex');
    const link = createHash('sha256').update('start').digest('hex');
    expect(manifest.entries).toEqual([
      { path: 'app.py', mode: '644', size: 9, sha256: app },
      { path: 'bin/again', mode: 'link', size: 5, sha256: link, target: 'start' },
      { path: 'bin/start', mode: '700', size: 10, sha256: start },
    ]);
    const text = `644 9 ${app} app.py\nlink 5 ${link} bin/again\tstart\n700 10 ${start} bin/start\n`;
    expect(manifest.digest).toBe(createHash('sha256').update(text).digest('hex'));
    expect(files.map((file) => file.entry.path).sort()).toEqual(['app.py', 'bin/start']);
  });

  it('takes names with spaces, quotes, leading dashes, backslashes and other alphabets as they are', async () => {
    const names = [...oddNames, '\uFFFD', '#note', '!bang'];
    const tree = Object.fromEntries(names.map((name) => [name, name]));
    expect((await paths(tree)).sort()).toEqual([...names].sort());
  });

  it('is the same for the same files, wherever and whenever they were written', async () => {
    const tree = { 'b.txt': 'b', 'a/c.txt': 'c' };
    expect((await packed(tree)).manifest.digest).toBe((await packed(tree)).manifest.digest);
  });
});

describe('what is left out', () => {
  it('honours .gitignore at every level, the inner one having the last word', async () => {
    expect(
      await paths({
        '.gitignore': '*.log\n/build\nDist/\n',
        'app.log': '',
        'build/x': '',
        'dist/kept': '',
        'sub/build/kept': '',
        'sub/.gitignore': '!keep.log\ninner/\n',
        'sub/keep.log': '',
        'sub/other.log': '',
        'sub/inner/x': '',
      }),
    ).toEqual(['.gitignore', 'dist/kept', 'sub/.gitignore', 'sub/build/kept', 'sub/keep.log']);
  });

  it('honours .belayignore, which can take back what .gitignore says', async () => {
    expect(
      await paths({
        '.gitignore': 'dist/\n',
        '.belayignore': 'tests/\n!dist/\n',
        'dist/a.js': '',
        'tests/t.py': '',
      }),
    ).toEqual(['.belayignore', '.gitignore', 'dist/a.js']);
  });

  it('honours the .gitignore files above, up to the top of the work tree', async () => {
    const top = await writeTree({
      '.git/HEAD': '',
      '.gitignore': '*.log\n/app/secret\n',
      'app/a.log': '',
      'app/secret': '',
      'app/b': '',
    });
    const { manifest } = await pack({ source: join(top, 'app') });
    expect(manifest.entries.map((entry) => entry.path)).toEqual(['b']);
  });

  it('leaves out git, dependencies and caches without being told', async () => {
    expect(
      await paths({
        '.git/config': '',
        'node_modules/a/index.js': '',
        '.venv/bin/python': '',
        'venv/x': '',
        'a/__pycache__/a.pyc': '',
        '.belay/state': '',
        'a/app.py': '',
      }),
    ).toEqual(['a/app.py']);
  });

  it('packs what include names, ignored or not', async () => {
    expect(
      await paths(
        {
          '.gitignore': 'dist/\nout\n',
          'dist/a.js': '',
          'dist/node_modules/b.js': '',
          'out/x': '',
          'pkg/node_modules/c.js': '',
        },
        ['./dist/', 'pkg/node_modules'],
      ),
    ).toEqual(['.gitignore', 'dist/a.js', 'dist/node_modules/b.js', 'pkg/node_modules/c.js']);
  });
});

describe('what is refused', () => {
  it('names an include that is not there', async () => {
    expect(await refusal(await writeTree({ a: '' }), ['dist'])).toContain('expected "dist" in');
    expect(await refusal(await writeTree({ a: '' }), ['../dist'])).toContain('got "../dist"');
  });

  it('a symlink that leads out, named with its target, by whatever way it does', async () => {
    const outside = await writeTree({ secret: '' });
    const message = await refusal(
      await writeTree({
        'a.txt': '',
        up: { link: '../elsewhere' },
        absolute: { link: outside },
        '.belayignore': '/ignored\n',
        ignored: { link: outside },
        via: { link: 'ignored/secret' },
        'sub/in': { link: '../a.txt' },
        'sub/dangling': { link: 'nowhere' },
      }),
    );
    expect(message).toContain('"up": a symlink to "../elsewhere"');
    expect(message).toContain(`"absolute": a symlink to "${outside}"`);
    expect(message).toContain('"via": a symlink to "ignored/secret"');
    expect(message).not.toContain('sub/');
  });

  it('control characters and names that are no UTF-8, readably', async () => {
    const source = await writeTree({ 'new\nline': '', 'tab\there': '', fine: '' });
    await writeFile(Buffer.concat([Buffer.from(`${source}/caf`), Buffer.from([0xe9])]), '');
    const message = await refusal(source);
    expect(message).toContain('"new\\nline": its name holds a control character');
    expect(message).toContain('"tab\\there"');
    expect(message).toContain('not UTF-8 (bytes 636166e9)');
    expect(message.split('\n')).toHaveLength(4);
  });

  it('a socket and a fifo', async () => {
    const source = await writeTree({ a: '' });
    await run('mkfifo', [join(source, 'pipe')]);
    const server = createServer().listen(join(source, 'app.sock'));
    try {
      const message = await refusal(source);
      expect(message).toContain('"pipe": expected a file, a folder or a symlink, found a fifo');
      expect(message).toContain('"app.sock": expected a file, a folder or a symlink, found a socket');
    } finally {
      server.close();
    }
  });

  it('a source without files, or that is no folder', async () => {
    expect(await refusal(await writeTree({ '.git/x': '' }))).toContain(
      'expected files to deploy, found none',
    );
    expect(await refusal(join(await temporaryFolder(), 'gone'))).toContain('nothing is there');
  });

  it('a source so large that it must be a mistake, naming what is large', async () => {
    const source = await writeTree({ a: '' });
    await mkdir(join(source, 'videos'));
    for (const name of ['1', '2', '3']) await run('truncate', ['-s', '800M', join(source, 'videos', name)]);
    expect(await refusal(source)).toContain('"videos/" 3 files, 2400 MiB');
  });
});

describe('where it comes from', () => {
  const git = (folder: string, ...args: string[]) =>
    run('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args]);

  it('says commit, and whether anything differs from it', async () => {
    const source = await writeTree({ 'a.txt': 'a' });
    await git(source, 'init', '-q');
    expect((await pack({ source })).manifest.commit).toBeUndefined();
    await git(source, 'add', '.');
    await git(source, 'commit', '-qm', 'first');
    const clean = (await pack({ source })).manifest;
    expect(clean.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(clean.dirty).toBe(false);
    await writeFile(join(source, 'new.txt'), '');
    expect((await pack({ source })).manifest.dirty).toBe(true);
  });
});
