import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, lstat, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeFields } from '../../src/activities/change/make-change.js';
import { activate } from '../../src/activities/steps/activate.js';
import { backUp } from '../../src/activities/steps/backUp.js';
import { recoverHost } from '../../src/activities/steps/recoverHost.js';
import { scriptStep } from '../../src/activities/change/script-step.js';
import { takeBack } from '../../src/activities/steps/takeBack.js';
import type { ChangeInput } from '../../src/domain/runbook/activities.js';
import { freeHost } from '../../src/host/door/fence.js';
import { fields, type Fields } from '../../src/host/fields.js';
import { loadScript } from '../../src/host/scripts.js';
import { fill } from './fill.js';
import { LocalHost } from '../activities/local-host.js';

const why = 'the test says so';

let host: LocalHost;
let input: ChangeInput;
const children: ChildProcess[] = [];
beforeEach(async () => {
  host = await LocalHost.make({ 'app.py': 'old', 'data/kept.db': 'old data' });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await host.destroy();
});

/** A deployment that came as far as making the path lead to the new release. */
async function begin(): Promise<void> {
  input = await host.deployment({ 'app.py': 'new' }, { app: { shared: ['data'] } });
  await host.run(backUp, input);
  await host.run(activate, input);
  expect(await readFile(join(host.path, 'app.py'), 'utf8')).toBe('new');
}

const program = (): string => join(host.state, 'backup', String(input.number), 'way-back', 'recover');

/** What `recover run` ends with. */
async function run(seen: Fields = {}): Promise<{ code: number; said: string }> {
  const { path } = host;
  const told = { path, deployment: input.deployment, who: "the dead man's switch", why, ...seen };
  const args = [program(), 'run', fields(told)];
  return promisify(execFile)('sh', args).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: unknown) => {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, said: stdout + stderr };
    },
  );
}

const owner = (): Promise<string> => readFile(join(host.state, 'owner'), 'utf8');

async function expectOld(): Promise<void> {
  expect((await lstat(host.path)).isDirectory()).toBe(true);
  expect(await readFile(join(host.path, 'app.py'), 'utf8')).toBe('old');
  expect((await lstat(join(host.path, 'data'))).isDirectory()).toBe(true);
  expect(await readFile(join(host.path, 'data/kept.db'), 'utf8')).toBe('old data');
}

test('what lies on the host takes the whole way back, gives the host back, and says why', async () => {
  await begin();
  const { code, said } = await run();
  expect(code, said).toBe(0);
  await expectOld();
  expect(await owner()).toMatch(
    /^number=2\ndeployment=\S+\nby=the dead man's switch\nsince=\d+\nrenewed=\d+\nstate=free\nrecovered=\d+\nrecovered_by=the dead man's switch\nrecovered_why=the test says so\n/,
  );
  for (const op of ['stopNew', 'restoreFiles', 'restoreTopology', 'startOld', 'settle'])
    expect((await readFile(join(host.state, 'journal/2', op, 'exit'), 'utf8')).trim(), op).toBe('0');
});

test('it may be run again, and again after it was cut off', async () => {
  await begin();
  expect((await run()).code).toBe(0);
  expect((await run()).code).toBe(0);
  await expectOld();
  // As if it had been cut off before its last line: what is done is not done again, under the same number.
  await writeFile(join(host.state, 'owner'), (await owner()).replace('state=free', 'state=held'));
  const { said } = await run();
  expect(said).toContain('as number 3,');
  expect(said).toContain('stopNew: 0 found');
  await expectOld();
});

test('the deployment can change nothing any more, takes its own way back all the same, and learns of it', async () => {
  await begin();
  await run();
  await expect(host.run(scriptStep('restoreFiles'), input)).rejects.toMatchObject({ type: 'Fenced' });
  const { number, recovered } = await host.run(takeBack, input);
  expect(number).toBe(3);
  expect(recovered).toMatchObject({ by: "the dead man's switch", why });
  expect(Math.abs((recovered?.at ?? 0) - Date.now() / 1000)).toBeLessThan(60);
  await host.run(scriptStep('restoreFiles'), { ...input, number });
  await expectOld();
  // The next deployment has nothing to do with it.
  await freeHost(host.session, { path: host.path, number });
  await host.deployment({});
  expect(await owner()).not.toContain('recovered');
});

test('a deployment that was heard of meanwhile goes on', async () => {
  await begin();
  const renewed = /^renewed=(\d+)$/m.exec(await owner())?.[1] ?? '';
  expect(await run({ seenNumber: 1, seenRenewed: Number(renewed) - 1 }), 'not armed').toMatchObject({
    code: 75,
  });
  await writeFile(join(host.state, 'armed'), `deployment=${input.deployment}\n`);
  expect(await run({ seenNumber: 1, seenRenewed: Number(renewed) - 1 }), 'renewed since').toMatchObject({
    code: 75,
  });
  expect(await owner()).toContain('number=1\n');
  expect(await readlink(host.path)).toContain(input.release);
  expect(await run({ seenNumber: 1, seenRenewed: renewed })).toMatchObject({ code: 0 });
  await expectOld();
});

test('a commit that comes after the draw commits nothing, and leaves the switch armed', async () => {
  await begin();
  await writeFile(join(host.state, 'armed'), `deployment=${input.deployment}\n`);
  await host.run(takeBack, input);
  const args = [fields({ ...changeFields({ ...input, number: 1 }), keep: 5 })];
  // As its runner would, had it not been told of the draw.
  const commit = `belay_state=${host.state}\n${await loadScript('commit')}`;
  const { code, stderr } = await host.session.runText(commit, args, { timeoutMs: 20_000 });
  expect(code).toBe(1);
  expect(stderr).toContain('number 2 was drawn by someone@laptop meanwhile, nothing was committed');
  expect(existsSync(join(host.state, 'armed'))).toBe(true);
});

test('a release that was committed is never put back, and the host is given back all the same', async () => {
  await begin();
  const target = { ...input, unfinished: input.deployment };
  // As commit does.
  await rm(program());
  expect(await host.run(recoverHost, target)).toEqual({
    changed: false,
    output: `${input.deployment} had committed its release, which stays`,
  });
  expect(await owner()).toContain('state=free');
  expect(await readlink(host.path)).toContain(input.release);
});

test('belay recover has the host do the same', async () => {
  await begin();
  const target = { ...input, unfinished: input.deployment };
  expect(await host.run(recoverHost, target)).toMatchObject({ changed: true });
  await expectOld();
  expect(await owner()).toContain('recovered_by=belay recover by someone@laptop\n');
});

test('belay recover goes by a program that takes its arguments in a row, as an earlier belay laid it down', async () => {
  await begin();
  const text = await readFile(program(), 'utf8');
  const named = '\tfields "$2" path deployment who why seen_number seen_renewed\n';
  expect(text).toContain(named);
  await writeFile(
    program(),
    text.replace(named, '\tpath=$2 deployment=$3 who=$4 why=$5 seen_number= seen_renewed=\n'),
  );
  const target = { ...input, unfinished: input.deployment };
  expect(await host.run(recoverHost, target)).toMatchObject({ changed: true });
  await expectOld();
  expect(await owner()).toContain('recovered_by=belay recover by someone@laptop\n');
});

/** `recover watch` under a systemd-run that has no systemd. */
async function watch(armed: { seconds: number; boot?: string }): Promise<ChildProcess> {
  const bin = join(host.path, '..', 'bin');
  mkdirSync(bin, { recursive: true });
  const stub = join(bin, 'systemd-run');
  await writeFile(stub, '#!/bin/sh\nwhile case $1 in -*) ;; *) false ;; esac; do shift; done\nexec "$@"\n');
  await chmod(stub, 0o755);
  const boot = armed.boot ?? (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  await writeFile(
    join(host.state, 'armed'),
    `deployment=${input.deployment}\nboot=${boot}\nseconds=${armed.seconds}\n`,
  );
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const child = spawn('sh', [program(), 'watch', host.path], { env, stdio: 'ignore' });
  children.push(child);
  return child;
}

test('the switch acts once the deployment is silent for its time, and ends', async () => {
  await begin();
  const [code] = (await once(await watch({ seconds: 2 }), 'exit')) as [number];
  expect(code).toBe(0);
  await expectOld();
  expect(await owner()).toContain('recovered_why=it had not heard of this deployment for 2 s\n');
  expect(existsSync(join(host.state, 'armed'))).toBe(false);
});

test('the switch acts at once after a reboot', async () => {
  await begin();
  const [code] = (await once(await watch({ seconds: 3600, boot: 'another' }), 'exit')) as [number];
  expect(code).toBe(0);
  await expectOld();
  expect(await owner()).toContain('recovered_why=the host was started anew in the middle of it\n');
});

test('the switch leaves a deployment alone that is heard of, and ends without a word when that is over', async () => {
  await begin();
  const child = await watch({ seconds: 2 });
  const end = Date.now() + 5_000;
  while (Date.now() < end) {
    await host.session.run('renew', [fields({ path: host.path, number: 1, deployment: input.deployment })], {
      timeoutMs: 10_000,
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(child.exitCode).toBeNull();
  expect(await owner()).toContain('number=1\n');
  await freeHost(host.session, { path: host.path, number: 1 });
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
  expect(await readlink(host.path)).toContain(input.release);
  expect(await owner()).not.toContain('recovered');
});

test.skipIf(process.getuid?.() !== 0)('a full disk does not keep the host from it', async () => {
  const disk = mkdtempSync(join(tmpdir(), 'belay-disk-'));
  const before = process.env['TMPDIR'];
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
  try {
    await host.destroy();
    process.env['TMPDIR'] = disk;
    host = await LocalHost.make({ 'app.py': 'old', 'data/kept.db': 'old data' });
    await begin();
    fill(disk);
    expect(() => writeFileSync(join(disk, 'one-more'), 'x'.repeat(8192))).toThrow('ENOSPC');
    const { code, said } = await run();
    expect(code, said).toBe(0);
    await expectOld();
    expect(await owner()).toMatch(/state=free\nrecovered=\d+\n/);
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(`/run/belay${disk}`, { recursive: true, force: true });
    // Lazily: the last runner may be about to exit.
    execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true });
    host = await LocalHost.make({});
  }
});
