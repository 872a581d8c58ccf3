import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { setApart } from '../../src/artifact/apart.js';
import { pack } from '../../src/artifact/pack.js';
import { temporaryFolder } from '../temporary.js';
import { type Tree, writeTree } from './source.js';

function git(folder: string, ...args: string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.test', '-c', 'init.defaultBranch=main'];
  const allowed = ['-c', 'protocol.file.allow=always'];
  return execFileSync('git', ['-C', folder, ...who, ...allowed, ...args], { stdio: 'pipe' })
    .toString()
    .trim();
}

async function repository(tree: Tree): Promise<string> {
  const folder = await writeTree(tree);
  git(folder, 'init', '--quiet');
  commit(folder);
  return folder;
}

function commit(folder: string): string {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', 'next');
  return git(folder, 'rev-parse', 'HEAD');
}

async function apart(source: string, ref?: string, include?: string[]) {
  const made = await setApart({ source, include }, ref);
  onTestFinished(made.remove);
  return made;
}

async function pathsIn(source: string, include?: string[]): Promise<string[]> {
  return (await pack({ source, include })).manifest.entries.map(({ path }) => path);
}

describe('a commit, apart from the tree', () => {
  it('is what that commit has, whatever lies in the tree, which stays as it is', async () => {
    const folder = await repository({ 'app.py': '1\n' });
    git(folder, 'tag', 'v1');
    const first = git(folder, 'rev-parse', 'HEAD');
    await writeTree({ 'app.py': '2\n', 'new.py': '' }, folder);
    commit(folder);
    writeFileSync(join(folder, 'app.py'), 'not committed\n');
    writeFileSync(join(folder, '.git/hooks/post-checkout'), '#!/bin/sh\ntouch hooked\n', { mode: 0o755 });
    const made = await apart(folder, 'v1');
    expect(made.revision).toEqual({ commit: first, dirty: false, commits: [`${first} next`] });
    expect(readFileSync(join(made.folder, 'app.py'), 'utf8')).toBe('1\n');
    expect(await pathsIn(made.folder)).toEqual(['app.py']);
    expect(git(folder, 'status', '--porcelain')).toBe('M app.py');
    expect(git(folder, 'worktree', 'list').split('\n')).toHaveLength(1);
    await made.remove();
    expect(existsSync(made.folder)).toBe(false);
  });

  it('is of the folder that the source is in it', async () => {
    const folder = await repository({ 'web/app.py': '1\n', '.gitignore': 'dist\n' });
    const made = await apart(join(folder, 'web'), 'main');
    expect(await pathsIn(made.folder)).toEqual(['app.py']);
    await expect(apart(join(folder, 'web'), 'no-such')).rejects.toThrow(
      /--ref no-such: expected a branch, a tag or a commit of .*git fetch --tags/,
    );
    await expect(apart(await temporaryFolder(), 'main')).rejects.toThrow(/to be in a git work tree/);
    await writeTree({ 'later/app.py': '' }, folder);
    await expect(apart(join(folder, 'later'), 'main')).rejects.toThrow(/expected the folder later\/ in/);
  });

  it('has its submodules at the commits that it names, from what is here', async () => {
    const library = await repository({ 'lib.py': '1\n' });
    const folder = await repository({ 'app.py': '1\n' });
    git(folder, 'submodule', '--quiet', 'add', library, 'vendor/lib');
    commit(folder);
    git(folder, 'tag', 'v1');
    writeFileSync(join(folder, 'vendor/lib/lib.py'), '2\n');
    commit(join(folder, 'vendor/lib'));
    commit(folder);
    const made = await apart(folder, 'v1');
    expect(readFileSync(join(made.folder, 'vendor/lib/lib.py'), 'utf8')).toBe('1\n');
    expect(made.revision.dirty).toBe(false);
    rmSync(join(folder, 'vendor/lib'), { recursive: true });
    await expect(apart(folder, 'v1')).rejects.toThrow(
      /the submodule vendor\/lib is at commit [0-9a-f]{12}, which is not in .*git submodule update --init/,
    );
  });
});

describe('the source as it is, apart from the tree', () => {
  it('is what would be packed, with what says what is ignored, also above the source', async () => {
    const folder = await repository({
      '.gitignore': 'dist\n*.log\n',
      'web/.belayignore': 'tests\n.belayignore\n',
      'web/app.js': '1\n',
      'web/bin/start': { text: '#!/bin/sh\n', mode: 0o755 },
      'web/tests/a.js': '',
      'web/now': { link: 'app.js' },
    });
    const source = join(folder, 'web');
    writeFileSync(join(source, 'app.js'), 'not committed\n');
    const made = await apart(source, undefined, ['dist']);
    const head = git(folder, 'rev-parse', 'HEAD');
    expect(made.revision).toEqual({ commit: head, dirty: true, commits: [`${head} next`] });
    expect(readFileSync(join(made.folder, 'app.js'), 'utf8')).toBe('not committed\n');
    // What a build makes there.
    await writeTree({ 'dist/app.min.js': '', 'build.log': '', 'tests/made.js': '' }, made.folder);
    expect(await pathsIn(made.folder, ['dist'])).toEqual(['app.js', 'bin/start', 'dist/app.min.js', 'now']);
    const [entry] = (await pack({ source: made.folder })).manifest.entries.filter(
      ({ path }) => path === 'bin/start',
    );
    expect(entry?.mode).toBe('755');
    expect(existsSync(join(source, 'dist'))).toBe(false);
  });
});
