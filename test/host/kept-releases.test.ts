import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { loadFile } from '../../src/host/scripts.js';
import { temporaryFolder } from '../temporary.js';

const name = (day: number) => `202611${String(day).padStart(2, '0')}T100000Z-0000000${day % 10}`;

/** A folder of belay's, which keeps its own in `known`, with such releases: name and what release.json says of the outcome. */
async function belayFolder(releases: Record<string, string>): Promise<string> {
  const base = join(await temporaryFolder(), 'words.belay');
  for (const [release, outcome] of Object.entries(releases)) {
    await mkdir(join(base, 'releases', release, 'tree'), { recursive: true });
    if (outcome === '') continue;
    await mkdir(join(base, 'known/releases', release), { recursive: true });
    await writeFile(join(base, 'known/releases', release, 'release.json'), `{"outcome":"${outcome}"}\n`);
  }
  return base;
}

async function prune(
  base: string,
  keep: number,
  active: string,
  previous: string,
  { shell = 'exec sh "$@"', env }: { shell?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string[]> {
  const code = await Promise.all(
    ['common', 'root-path', 'state', 'release-record', 'kept-releases'].map((name) =>
      loadFile(`lib/${name}.sh`),
    ),
  );
  const script = `${code.join('\n')}\nset -eu\nplace=\${1%.belay} own=$1/known\nshift\nprune_releases "$@"\n`;
  const args = ['-c', script, 'sh', base, String(keep), active, previous];
  const { stdout } = await execa('sh', ['-c', shell, 'sh', ...args], { env });
  return stdout.split('\n').filter((line) => line !== '');
}

test('good releases are kept by number; failed and staged ones do not count; what was adopted stays', async () => {
  const base = await belayFolder({
    '20261101T100000Z-adopted': 'adopted',
    [name(2)]: 'previous',
    [name(3)]: 'previous',
    [name(4)]: 'failed',
    [name(5)]: 'previous',
    [name(6)]: 'failed',
    [name(7)]: 'staged',
    [name(8)]: 'active',
  });
  expect(await prune(base, 2, name(8), name(5))).toEqual([
    `set ${name(6)} apart, which failed`,
    `set ${name(4)} apart, which failed`,
    `pruned ${name(3)}`,
    `pruned ${name(2)}`,
  ]);
  expect((await readdir(join(base, 'releases'))).sort()).toEqual([
    '20261101T100000Z-adopted',
    name(5),
    name(7),
    name(8),
  ]);
  expect((await readdir(join(base, 'failed'))).sort()).toEqual([name(4), name(6)]);
  expect(await readFile(join(base, 'known/failed', name(4), 'release.json'), 'utf8')).toContain('failed');
});

test('the one to go back to is kept, however old it is and however few are to stay', async () => {
  const base = await belayFolder({
    [name(2)]: 'previous',
    [name(3)]: 'previous',
    [name(4)]: 'previous',
    [name(5)]: 'active',
  });
  await prune(base, 1, name(5), name(2));
  expect((await readdir(join(base, 'releases'))).sort()).toEqual([name(2), name(5)]);
});

test('an adopted directory is never pruned, though its record is lost or says otherwise', async () => {
  const releases = {
    '20261101T100000Z-adopted': '',
    '20261102T100000Z-adopted': 'previous',
    [name(5)]: 'active',
  };
  const base = await belayFolder(releases);
  await prune(base, 1, name(5), '');
  expect((await readdir(join(base, 'releases'))).sort()).toEqual(Object.keys(releases).sort());
});

test('what a process works in, or has a file open in, is not pruned', async () => {
  const base = await belayFolder({
    [name(2)]: 'previous',
    [name(3)]: 'previous',
    [name(4)]: 'failed',
    [name(5)]: 'active',
  });
  const open = join(base, 'releases', name(3), 'tree', 'log');
  await writeFile(open, '');
  const processes = [
    spawn('sleep', ['600'], { cwd: join(base, 'releases', name(2), 'tree') }),
    spawn('sh', ['-c', `exec 3>>'${open}'; exec sleep 600`], { cwd: '/' }),
    spawn('sleep', ['600'], { cwd: join(base, 'releases', name(4)) }),
  ];
  try {
    await expect.poll(() => readdir(`/proc/${processes[1]?.pid}/fd`), { timeout: 10_000 }).toContain('3');
    await prune(base, 1, name(5), '');
    expect((await readdir(join(base, 'releases'))).sort()).toEqual([name(2), name(3), name(4), name(5)]);
  } finally {
    for (const each of processes) each.kill();
  }
});

test('a staged release that nobody came back for goes after a week', async () => {
  const base = await belayFolder({
    [name(2)]: 'staged',
    [name(3)]: '',
    [name(4)]: 'staged',
    [name(5)]: 'active',
  });
  const old = Date.now() / 1000 - 9 * 86_400;
  for (const release of [name(2), name(3)]) await utimes(join(base, 'releases', release), old, old);
  await prune(base, 5, name(5), '');
  expect((await readdir(join(base, 'releases'))).sort()).toEqual([name(4), name(5)]);
});

test('with more processes than a command line has room for, what is in use is not pruned; nor where that cannot be told', async () => {
  const base = await belayFolder({ [name(2)]: 'previous', [name(3)]: 'previous', [name(5)]: 'active' });
  // Of the 128 KiB that so small a stack leaves for them, the environment takes most.
  const crowd = spawn(
    'sh',
    [
      '-c',
      'for n in $(seq 300); do sleep 600 & done; cd "$1"; echo; wait',
      'sh',
      join(base, 'releases', name(2), 'tree'),
    ],
    { detached: true },
  );
  try {
    await once(crowd.stdout, 'data');
    const narrow = {
      shell: 'ulimit -s 512; exec sh "$@"',
      env: { ...process.env, ROOM: 'x'.repeat(100_000) },
    };
    await prune(base, 1, name(5), '', narrow);
    expect((await readdir(join(base, 'releases'))).sort()).toEqual([name(2), name(5)]);
  } finally {
    process.kill(-(crowd.pid ?? 0), 'SIGKILL');
  }
  // Without xargs nothing can be asked.
  const bin = await temporaryFolder();
  await writeFile(join(bin, 'xargs'), '#!/bin/sh\nexit 126\n', { mode: 0o755 });
  await prune(base, 0, name(5), '', { env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` } });
  expect((await readdir(join(base, 'releases'))).sort()).toEqual([name(2), name(5)]);
});

/** A `rm` that deletes what was put away only once it may. @returns the environment that has it, and what lets it go on */
async function slowRm(): Promise<{ env: NodeJS.ProcessEnv; go: string }> {
  const bin = await temporaryFolder();
  const go = join(bin, 'go');
  const wait = `for n in $(seq 600); do [ -e ${go} ] || sleep 0.1; done`;
  await writeFile(
    join(bin, 'rm'),
    `#!/bin/sh\ncase $* in '-rf -- ./.removed' | '-rf -- ./2026'*) ${wait} ;; esac\nexec /bin/rm "$@"\n`,
    {
      mode: 0o755,
    },
  );
  return { env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` }, go };
}

test('nobody waits until what is pruned is deleted', async () => {
  const base = await belayFolder({ [name(2)]: 'previous', [name(3)]: 'previous', [name(5)]: 'active' });
  const { env, go } = await slowRm();
  await prune(base, 1, name(5), '', { env });
  expect(await readdir(join(base, 'releases'))).toEqual([name(5)]);
  expect((await readdir(join(base, '.removed'))).sort()).toEqual([
    `releases-${name(2)}`,
    `releases-${name(3)}`,
  ]);
  await writeFile(go, '');
  await expect.poll(() => readdir(base), { timeout: 20_000 }).not.toContain('.removed');
});

test('what an earlier commit put away and did not get to delete goes with the next', async () => {
  const base = await belayFolder({ [name(5)]: 'active' });
  await mkdir(join(base, '.removed', `releases-${name(1)}`, 'tree'), { recursive: true, mode: 0o700 });
  await prune(base, 1, name(5), '');
  await expect.poll(() => readdir(base), { timeout: 20_000 }).not.toContain('.removed');
});

test('where something else has the place of what is put away, nothing goes there, and the release goes all the same', async () => {
  const base = await belayFolder({ [name(2)]: 'previous', [name(5)]: 'active' });
  const elsewhere = await temporaryFolder();
  await writeFile(join(elsewhere, 'theirs'), '');
  await symlink(elsewhere, join(base, '.removed'));
  await prune(base, 1, name(5), '');
  expect(await readdir(join(base, 'releases'))).toEqual([name(5)]);
  expect(await readdir(elsewhere)).toEqual(['theirs']);
});
