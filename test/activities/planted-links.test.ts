import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { activate } from '../../src/activities/steps/activate.js';
import { backUp } from '../../src/activities/steps/backUp.js';
import { build } from '../../src/activities/steps/build.js';
import { scriptStep } from '../../src/activities/change/script-step.js';
import { stop } from '../../src/activities/steps/stop.js';
import type { ChangeInput } from '../../src/domain/runbook/activities.js';
import type { App } from '../../src/domain/app/app.js';
import type { Plan } from '../../src/domain/plan/plan.js';
import { changeFields } from '../../src/activities/change/make-change.js';
import { fields } from '../../src/host/fields.js';
import { loadFile } from '../../src/host/scripts.js';
import { bareStop, startBare } from './bare-process.js';
import { LocalHost } from './local-host.js';

// The app's user, who owns its folder and the one that it lies in, and who may have been broken into.
const user = {
  user: 'nobody',
  uid: 65534,
  gid: Number(execFileSync('id', ['-g', 'nobody'], { encoding: 'utf8' })),
};
const secret = 'only-for-root';

describe.runIf(process.getuid?.() === 0)('the app’s user plants', () => {
  let host: LocalHost;
  /** A folder of root's that others may look into, as /opt: `config` all may read, `private/secret` nobody else. */
  let system: string;
  let before: string;

  beforeEach(async () => {
    host = await LocalHost.make({ 'app.py': 'old', 'data/visits.db': 'v' });
    system = await mkdtemp(join(tmpdir(), 'belay-system-'));
    await chmod(system, 0o755);
    await mkdir(join(system, 'private'), { mode: 0o700 });
    await writeFile(join(system, 'private/secret'), `SECRET=${secret}\n`, { mode: 0o644 });
    await writeFile(join(system, 'config'), 'root’s\n');
    await mkdir(join(system, 'private/bin'));
    before = stateOf(system);
    await chmod(dirname(host.path), 0o755);
    execFileSync('chown', ['-R', 'nobody:', dirname(host.path)]);
  });

  afterEach(async () => {
    expect(stateOf(system)).toBe(before);
    expect(spawnSync('grep', ['-rl', secret, dirname(host.path)], { encoding: 'utf8' }).stdout).toBe('');
    await host.destroy();
    await rm(system, { recursive: true });
  });

  const deployment = (
    app: Partial<App>,
    plan: Partial<Plan> = {},
    files: Record<string, string> = { 'app.py': 'new' },
  ): Promise<ChangeInput> =>
    host.deployment(files, { app: { user: 'nobody', ...app }, plan: { user: 'nobody', ...plan } });

  const dependencies = (path: string): Partial<Plan> => ({
    hostOnly: [{ path, size: 1, modified: 0, fate: 'dependencies' }],
  });

  test('a .venv that leads to a folder of root’s: nothing is copied that only root can read', async () => {
    await symlink(join(system, 'private'), join(host.path, '.venv'));
    await expect(host.run(build, await deployment({}, dependencies('.venv/')))).rejects.toThrow(
      /\.venv: \S+\/private could not be copied to \S+ as nobody, as whom the app runs: see that nobody can read all of it/,
    );
  });

  test('a .venv that leads to a folder of his own, as honest users do: it is copied, and stays his', async () => {
    const own = join(dirname(host.path), 'envs/words');
    await host.write(own, { 'bin/activate': `VIRTUAL_ENV=${own}\n`, 'lib/a': 'a' });
    execFileSync('chown', ['-R', 'nobody:', dirname(own)]);
    await symlink(own, join(host.path, '.venv'));
    const input = await deployment({ build: ['echo b >.venv/lib/b'] }, dependencies('.venv/'));
    await host.run(build, input);
    const kept = await readlink(join(host.base, `releases/${input.release}/tree/.venv`));
    expect(await readFile(join(kept, 'bin/activate'), 'utf8')).toBe(`VIRTUAL_ENV=${kept}\n`);
    expect((await lstat(join(kept, 'lib/b'))).uid).toBe(user.uid);
    expect((await lstat(join(own, 'lib'))).uid).toBe(user.uid);
  });

  test('links in place of a venv’s scripts while they are rewritten', async () => {
    const scripts = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [`.venv/bin/activate${100 + n}`, `x=${host.path}/.venv\n`]),
    );
    await host.write(host.path, scripts);
    execFileSync('chown', ['-R', 'nobody:', host.path]);
    const swapping = asUser(`
      while :; do for bin in ${host.base}/deps/*/.venv*/bin; do
        mv $bin/activate159 $bin/aside && ln -s ${system}/config $bin/activate159 && rm $bin/activate159 && mv $bin/aside $bin/activate159
      done; done`);
    try {
      for (let round = 0; round < 3; round++) {
        await host.run(build, await deployment({}, dependencies('.venv/'))).catch(() => undefined);
        await rename(join(host.base, 'deps'), join(host.base, `before${round}`));
      }
    } finally {
      swapping();
    }
  });

  test('his own files for root’s while the tree that he built in is taken back', async () => {
    const input = await deployment({
      build: [
        `mkdir sub; echo mine >sub/f; (while :; do mv sub aside; ln -s ${system} sub; rm sub; mv aside sub; done) >/dev/null 2>&1 & echo $! >pid`,
      ],
    });
    await host.run(build, input).catch(() => undefined);
    const tree = join(host.base, `releases/${input.release}/tree`);
    spawnSync('kill', ['-9', (await readFile(join(tree, 'pid'), 'utf8')).trim()]);
    expect((await lstat(tree)).uid).toBe(user.uid);
  });

  test('a link on the way to a shared file: what it leads to stays where it is', async () => {
    await rename(join(host.path, 'data'), join(host.path, 'aside'));
    await symlink(system, join(host.path, 'data'));
    const input = await deployment({ shared: ['data/config', 'data/private/secret'] });
    await host.run(backUp, input);
    await host.run(activate, input);
    expect(stateOf(system)).toBe(before);
    expect(await readlink(join(host.base, 'shared/data/config'))).toBe(join(system, 'config'));
    await host.undo(scriptStep('restoreFiles'), input);
  });

  test('a link where a shared file goes back to', async () => {
    const input = await deployment({ shared: ['data/visits.db'] });
    await host.run(backUp, input);
    await host.run(activate, input);
    const old = join(host.base, 'releases/20261124T101400Z-adopted/tree');
    await rename(join(old, 'data'), join(old, 'aside'));
    await symlink(system, join(old, 'data'));
    await host.undo(scriptStep('restoreFiles'), input);
    expect((await lstat(host.path)).isDirectory()).toBe(true);
    expect(await readFile(join(host.base, 'shared/data/visits.db'), 'utf8')).toBe('v');
  });

  test('a link on the way to a shared file, again and again while it is moved there and back', async () => {
    const swapping = asUser(
      `cd ${host.path} && while :; do mv data aside && ln -s ${system} data && rm data; mv aside data; done`,
    );
    const input = await deployment({});
    await host.run(backUp, input);
    const files = ['data/config', 'data/private/secret', 'data/visits.db'];
    const options = { timeoutMs: 20_000 };
    try {
      for (let round = 0; round < 6; round++) {
        const told = fields({ ...changeFields(input), deploymentJson: '"d"', byJson: '"b"' });
        await host.session.run('activate', [told, ...files], options);
        await host.session.run('restore-files', [told], options);
      }
    } finally {
      swapping();
    }
    expect((await lstat(host.path)).isDirectory()).toBe(true);
  });

  test('an env_file that leads to root’s: it is not read for him', async () => {
    await symlink(join(system, 'private/secret'), join(host.path, '.env'));
    const input = await deployment({ envFile: '.env', shared: ['.env'], build: ['echo "got $SECRET"'] });
    await expect(host.run(build, input)).rejects.toThrow(
      /env_file \S+\/tree\/\.env cannot be read by nobody, as whom the app runs: type on the host: chgrp \S+ \S+\/\.env && chmod 640 \S+\/\.env/,
    );
  });

  test('an env_file that leads elsewhere, as honest users do', async () => {
    const own = join(dirname(host.path), 'settings');
    await writeFile(own, 'LEVEL=3\n');
    await symlink(own, join(host.path, '.env'));
    const input = await deployment({ envFile: '.env', shared: ['.env'], build: ['echo "got $LEVEL"'] });
    expect((await host.run(build, input)).output).toContain('got 3\n');
  });

  describe('of a process that is started again, its log', () => {
    let ends: (() => void)[];
    beforeEach(() => (ends = []));
    afterEach(() => ends.forEach((end) => end()));

    /** A process that writes to its log all the time is backed up, then `replace`, then it is stopped and started again. */
    async function startedAgain(log: string, flags: string, replace: () => Promise<void>): Promise<void> {
      const output = await open(log, flags);
      const writing = ['-c', 'while :; do echo line; sleep 0.1; done'];
      const stdio = ['ignore', output.fd, 'ignore'] as const;
      const bare = await startBare('sh', writing, {
        uid: user.uid,
        gid: user.gid,
        cwd: host.path,
        stdio: [...stdio],
      });
      await output.close();
      ends.push(bare.end);
      const input = await deployment({}, { stops: [bareStop(bare.process)] });
      await host.run(backUp, input);
      await replace();
      await host.run(stop, input);
      await host.undo(scriptStep('startOld'), input);
      const again = await readFile(join(host.state, `backup/${input.number}/stops/000/again`), 'utf8');
      ends.push(() => process.kill(Number(again.split(' ')[0]), 'SIGKILL'));
      await setTimeout(300);
    }

    test('as a link to root’s', async () => {
      const log = join(host.path, 'words.log');
      await writeFile(log, '');
      await chown(log, user.uid, user.gid);
      await startedAgain(log, 'a', async () => {
        await rm(log);
        await symlink(join(system, 'config'), log);
      });
    });

    test('as a file of root’s that he had open for reading', async () => {
      await startedAgain(join(system, 'config'), 'r', () => Promise.resolve());
    });

    test('as it was, as honest users do: root’s own too, where it was open for writing', async () => {
      const log = join(dirname(host.path), 'roots.log');
      await startedAgain(log, 'a', () => Promise.resolve());
      const size = (await lstat(log)).size;
      await expect.poll(async () => (await lstat(log)).size, { timeout: 20_000 }).toBeGreaterThan(size);
    });
  });

  test('a link in place of his log: it is read with his eyes', async () => {
    const log = join(dirname(host.path), 'logs/words.log');
    await mkdir(dirname(log));
    await chown(dirname(log), user.uid, user.gid);
    await symlink(join(system, 'private/secret'), log);
    const { stdout } = await host.session.run(
      'log',
      [fields({ path: host.path, kind: 'file', what: log, lines: 20 })],
      {
        timeoutMs: 20_000,
      },
    );
    expect(stdout).toBe('');
    await rm(log);
    await writeFile(log, 'first\nsecond\n');
    const honest = await host.session.run(
      'log',
      [fields({ path: host.path, kind: 'file', what: log, lines: 1 })],
      { timeoutMs: 20_000 },
    );
    expect(honest.stdout).toBe('second\n');
  });

  test('a link where a configuration of supervisord is written anew, or where its socket lies', async () => {
    const folder = join(dirname(host.path), 'etc');
    const stopFolder = await mkdtemp(join(tmpdir(), 'belay-stop-'));
    await host.write(folder, { 'words.conf': '[program:words]\ncommand=x\n' });
    await symlink(join(system, 'config'), join(folder, 'words.conf.belay'));
    execFileSync('chown', ['-Rh', 'nobody:', folder]);
    await host.write(stopFolder, { file: `${folder}/words.conf`, section: 'program:words', mark: 'belay 1' });
    const text = await Promise.all(
      ['common', 'processes', 'as-user', 'places', 'kept', 'stop-supervisor'].map((name) =>
        loadFile(`lib/${name}.sh`),
      ),
    );
    await host.session.runText([...text, 'program_at_boot "$1" stop'].join('\n'), [stopFolder], {
      timeoutMs: 20_000,
    });
    await rm(stopFolder, { recursive: true });
    const sockets = join(dirname(host.path), 'run');
    spawnSync('python3', ['-c', `import socket; socket.socket(socket.AF_UNIX).bind("${system}/private/s")`]);
    await symlink(join(system, 'private'), sockets);
    await host.session.runText([...text, 'clear_socket socket "$1"'].join('\n'), [`${sockets}/s`], {
      timeoutMs: 20_000,
    });
    expect((await lstat(join(system, 'private/s'))).isSocket()).toBe(true);
    await rm(join(system, 'private/s'));
  });

  describe('belay’s folder', () => {
    const into = async (path: string) => {
      const text = await Promise.all(
        ['common', 'processes', 'places'].map((name) => loadFile(`lib/${name}.sh`)),
      );
      return host.session.runText([...text, 'into_base "$1"; pwd'].join('\n'), [path], { timeoutMs: 20_000 });
    };

    test('as one of his own, as a link, or over a link: nothing is done there', async () => {
      await mkdir(host.base, { mode: 0o711 });
      expect(await into(host.path)).toMatchObject({ code: 0, stdout: `${host.base}\n` });
      await chown(host.base, user.uid, user.gid);
      expect((await into(host.path)).stderr).toMatch(
        /words\.belay is not belay's alone: expected a folder of root's that nobody else may write to, it is nobody:\S+, mode 711\. If it is the one that belay made, type: chown root: /,
      );
      await rm(host.base, { recursive: true });
      await symlink(system, host.base);
      expect((await into(host.path)).stderr).toContain('words.belay is no folder');
      await rm(host.base);
      const far = join(dirname(host.path), 'far');
      await symlink(system, far);
      execFileSync('chown', ['-h', 'nobody:', far]);
      expect((await into(`${far}/words`)).stderr).toContain(
        'is reached over a link that others than root can replace',
      );
    });

    test('where root has a link on the way, as honest servers do', async () => {
      const outside = await mkdtemp(join(tmpdir(), 'belay-outside-'));
      await mkdir(host.base, { mode: 0o711 });
      await symlink(dirname(host.path), join(outside, 'srv'));
      expect(await into(`${outside}/srv/words`)).toMatchObject({ code: 0, stdout: `${host.base}\n` });
      await rm(outside, { recursive: true });
    });
  });

  /** As the app's user, until the function that is returned is called. */
  function asUser(script: string): () => void {
    const child = spawn('sh', ['-c', script], { ...user, stdio: 'ignore', detached: true });
    return () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
  }
});

/** Everything in a folder: place, kind, mode, owner, what is in it. */
function stateOf(folder: string): string {
  return execFileSync(
    'sh',
    [
      '-c',
      'cd "$1" && find . -printf "%p %y %m %U:%G %l\\n" | sort && find . -type f -exec sha256sum {} +',
      'sh',
      folder,
    ],
    {
      encoding: 'utf8',
    },
  );
}
