import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { activate } from '../../src/activities/steps/activate.js';
import { backUp } from '../../src/activities/steps/backUp.js';
import { build } from '../../src/activities/steps/build.js';
import { scriptStep } from '../../src/activities/change/script-step.js';
import { upload } from '../../src/activities/steps/upload.js';
import { LocalHost } from './local-host.js';
import { type StagingHost, stagingHost } from './staging-host.js';

vi.setConfig({ testTimeout: 60_000 });

const gid = Number(execFileSync('id', ['-g', 'nobody'], { encoding: 'utf8' }));
const user = { uid: 65534, gid };
const release = '20261124T101500Z-00000001';

/** Owner, group and mode, as `nobody:nogroup 750`. */
function rights(path: string): string {
  return execFileSync('stat', ['-c', '%u:%g %a', path], { encoding: 'utf8' }).trim();
}

/** What sh says, as the app's user. */
function asUser(command: string): string {
  return spawnSync('sh', ['-c', command], { ...user, encoding: 'utf8' }).stdout;
}

describe.runIf(process.getuid?.() === 0)('what is staged', () => {
  let host: StagingHost;
  beforeEach(async () => {
    host = await stagingHost();
    await chmod(dirname(host.path), 0o755);
    await mkdir(join(host.path, 'uploads'), { recursive: true });
    await mkdir(join(host.path, 'static'));
    await writeFile(join(host.path, 'notes.txt'), 'first\n');
    await writeFile(join(host.path, 'settings.py'), 'a\n', { mode: 0o640 });
    execFileSync('chown', ['-R', 'nobody:', host.path]);
    await chmod(host.path, 0o750);
    await chmod(join(host.path, 'uploads'), 0o2770);
    await chown(join(host.path, 'static'), 0, 0);
  });

  const staged = async (source: Parameters<StagingHost['artifact']>[0]): Promise<string> => {
    await host.run(upload, await host.artifact(source), release, { user: 'nobody' });
    return host.tree(release);
  };

  test('belongs to whom the live folder does, with its modes; what is new is as the folder around', async () => {
    const tree = await staged({
      'app.py': '',
      'notes.txt': 'second\n',
      'settings.py': 'b\n',
      'uploads/.gitkeep': '',
      'static/site.css': '',
      'static/new/a.css': '',
      run: { text: '#!/bin/sh\n', mode: 0o755 },
    });
    const own = `65534:${gid}`;
    expect(rights(tree)).toBe(`${own} 750`);
    expect(rights(join(tree, 'app.py'))).toBe(`${own} 644`);
    expect(rights(join(tree, 'run'))).toBe(`${own} 755`);
    expect(rights(join(tree, 'notes.txt'))).toBe(`${own} 644`);
    expect(rights(join(tree, 'settings.py'))).toBe(`${own} 640`);
    expect(rights(join(tree, 'uploads'))).toBe(`${own} 2770`);
    expect(rights(join(tree, 'static'))).toBe('0:0 755');
    expect(rights(join(tree, 'static/new/a.css'))).toBe('0:0 644');
    expect(asUser(`cd ${tree} && echo one >>notes.txt && cat notes.txt && mkdir fresh && ls -d fresh`)).toBe(
      'second\none\nfresh\n',
    );
    expect(asUser(`echo one >>${tree}/static/site.css`)).toBe('');
    expect(await readFile(join(tree, 'static/site.css'), 'utf8')).toBe('');
  });

  test('a source file that nobody else may read stays so, and the app reads it', async () => {
    const source = { 'app.py': '', 'private.ini': { text: 'token\n', mode: 0o600 } };
    const tree = await staged(source);
    expect(rights(join(tree, 'private.ini'))).toBe(`65534:${gid} 600`);
    await rm(`${host.path}.belay`, { recursive: true });
    execFileSync('chown', ['-R', '0:0', host.path]);
    await chmod(host.path, 0o755);
    await staged(source);
    expect(rights(join(tree, 'private.ini'))).toBe(`0:${gid} 640`);
    expect(asUser(`cat ${tree}/private.ini`)).toBe('token\n');
    const other = spawnSync('cat', [join(tree, 'private.ini')], { uid: 12345, gid: 12345, encoding: 'utf8' });
    expect(other.stdout).toBe('');
  });

  test.runIf(spawnSync('setfacl', ['--version']).status === 0)(
    'who has more rights by an ACL keeps them',
    async () => {
      execFileSync('setfacl', ['-m', 'u:daemon:rwx', join(host.path, 'uploads')]);
      const tree = await staged({ 'app.py': '', 'uploads/.gitkeep': '' });
      const acl = execFileSync('getfacl', ['-p', join(tree, 'uploads')], { encoding: 'utf8' });
      expect(acl).toContain('user:daemon:rwx');
    },
  );

  test('while it is staged, nobody else can look into it', async () => {
    const modes: string[] = [];
    host.before = async (script, options) => {
      if (script === 'place') modes.push(((await stat(host.tree(release))).mode & 0o777).toString(8));
      return options;
    };
    await staged({ 'app.py': '' });
    expect(modes).toEqual(['700']);
  });
});

describe.runIf(process.getuid?.() === 0)('what is shared', () => {
  const sqlite = (path: string, statement: string) =>
    spawnSync(
      'python3',
      [
        '-c',
        'import sqlite3, sys\nd = sqlite3.connect(sys.argv[1]); print(d.execute(sys.argv[2]).fetchall()); d.commit()',
        path,
        statement,
      ],
      { ...user, encoding: 'utf8' },
    );

  test('a database can be written to before, after, and after the way back', async () => {
    const host = await LocalHost.make({ 'app.py': 'old', 'data/': '' });
    await chmod(dirname(host.path), 0o755);
    execFileSync('chown', ['-R', 'nobody:', host.path]);
    await chmod(join(host.path, 'data'), 0o750);
    for (const name of ['visits.db', 'data/deep.db'])
      sqlite(join(host.path, name), 'create table visits (at text)');
    const own = { user: 'nobody', shared: ['visits.db', 'data/deep.db'] };
    const input = await host.deployment({ 'app.py': 'new' }, { app: own, plan: { user: 'nobody' } });
    const writes = (name: string) => {
      const { stdout, stderr } = sqlite(
        join(host.path, name),
        "insert into visits values ('now') returning 1",
      );
      expect(stderr).toBe('');
      expect(stdout).toBe('[(1,)]\n');
    };
    await host.run(backUp, input);
    await host.run(activate, input);
    for (const name of own.shared) writes(name);
    expect(rights(join(host.base, 'shared/data'))).toBe(`65534:${gid} 750`);
    // As a process leaves it that is killed.
    const journal = join(host.base, 'shared/visits.db-journal');
    await writeFile(journal, '');
    await chown(journal, user.uid, user.gid);
    await host.undo(scriptStep('restoreFiles'), input);
    for (const name of own.shared) writes(name);
    expect(rights(host.path)).toBe(`65534:${gid} 755`);
    await host.destroy();
  });

  test('a right that is lost all the same is a failure, which says what and whose', async () => {
    const host = await LocalHost.make({ 'app.py': 'old', 'notes.txt': '', 'uploads/': '', 'static/': '' });
    await chmod(dirname(host.path), 0o755);
    execFileSync('chown', ['-R', 'nobody:', host.path]);
    await chown(join(host.path, 'static'), 0, 0);
    sqlite(join(host.path, 'visits.db'), 'create table visits (at text)');
    const own = { user: 'nobody', shared: ['visits.db', 'uploads'] };
    const source = { 'app.py': 'new', 'notes.txt': '', 'static/site.css': '' };
    const planned = { user: 'nobody', artifact: 'a'.repeat(64) };
    const input = await host.deployment(source, { app: own, plan: planned });
    await host.run(backUp, input);
    await chown(join(host.base, `releases/${input.release}/tree/notes.txt`), 0, 0);
    await expect(host.run(activate, input)).rejects.toThrow(
      /nobody, as whom the app runs, could write there before[^\n]*\n(?:[^\n]*\n)*file notes\.txt/,
    );
    await host.undo(scriptStep('restoreFiles'), input);
    expect(sqlite(join(host.path, 'visits.db'), "insert into visits values ('now') returning 1").stdout).toBe(
      '[(1,)]\n',
    );
    await host.destroy();
  });

  test.runIf(spawnSync('setfacl', ['--version']).status === 0)(
    'a database in a folder that an ACL opens to the app can be written to, and the folder is as it was on the way back',
    async () => {
      const host = await LocalHost.make({ 'app.py': 'old', 'data/': '', 'other/': '' });
      await chmod(dirname(host.path), 0o755);
      const data = join(host.path, 'data');
      execFileSync('setfacl', ['-m', 'u:nobody:rwx,d:u:nobody:rwx,d:u:daemon:rx', data]);
      await chmod(data, 0o2770);
      sqlite(join(data, 'visits.db'), 'create table visits (at text)');
      const acl = (folder: string) => execFileSync('getfacl', ['-c', '-p', folder], { encoding: 'utf8' });
      const before = acl(data);
      expect(before).toContain('user:nobody:rwx');
      const own = { user: 'nobody', shared: ['data/visits.db'] };
      const input = await host.deployment({ 'app.py': 'new' }, { app: own, plan: { user: 'nobody' } });
      await host.run(backUp, input);
      await host.run(activate, input);
      const writes = () =>
        sqlite(join(data, 'visits.db'), "insert into visits values ('now') returning 1").stdout;
      expect(writes()).toBe('[(1,)]\n');
      expect(acl(join(host.base, 'shared/data'))).toBe(before);
      await host.undo(scriptStep('restoreFiles'), input);
      expect(writes()).toBe('[(1,)]\n');
      expect(acl(data)).toBe(before);
      await host.destroy();
    },
  );

  test('a tree that was lent to a build is as it was', async () => {
    const host = await LocalHost.make({ 'app.py': 'old', 'uploads/': '' });
    await chmod(dirname(host.path), 0o755);
    await chown(join(host.path, 'uploads'), user.uid, user.gid);
    const input = await host.deployment(
      { 'app.py': 'new', 'uploads/a': '' },
      { app: { user: 'nobody', build: ['echo made >bundle; id -un'] }, plan: { user: 'nobody' } },
    );
    expect((await host.run(build, input)).output).toContain('nobody');
    const tree = join(host.base, `releases/${input.release}/tree`);
    expect(rights(tree)).toBe('0:0 755');
    expect(rights(join(tree, 'bundle'))).toBe('0:0 644');
    expect(rights(join(tree, 'uploads'))).toBe(`65534:${gid} 755`);
    await host.destroy();
  });
});
