import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backUp } from '../../../src/activities/steps/backUp.js';
import { build } from '../../../src/activities/steps/build.js';
import { scriptStep } from '../../../src/activities/change/script-step.js';
import { stop } from '../../../src/activities/steps/stop.js';
import type { ChangeInput } from '../../../src/domain/runbook/activities.js';
import type { App } from '../../../src/domain/app/app.js';
import type { Bind } from '../../../src/domain/app/address.js';
import type { ProcessId } from '../../../src/domain/app/keeper.js';
import { bareStop, startBare } from '../bare-process.js';
import { LocalHost } from '../local-host.js';

// A shell with a child, as a gunicorn has workers; it tells who it is and waits for its end.
const program = 'umask 027; echo up; sleep 1000 & wait';

let host: LocalHost;
let old: ProcessId;
const ends: (() => void)[] = [];
beforeEach(async () => {
  host = await LocalHost.make({ 'app.py': 'old' });
  const bare = await startBare(
    'sh',
    ['-c', `exec >>log 2>&1; ${program}`, 'words', 'an "odd" argument', ''],
    {
      cwd: host.path,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', ODD: "it's\ntwo lines" },
    },
  );
  old = bare.process;
  ends.push(bare.end);
  await until(async () => (await log()) === 'up\n');
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  for (const pid of living()) process.kill(pid, 'SIGKILL');
  await host.destroy();
});

async function backedUp(app: Partial<App> = {}, bind?: Bind): Promise<ChangeInput> {
  const input = await host.deployment({}, { app, plan: { stops: [bareStop(old)], ...(bind && { bind }) } });
  await host.run(build, input);
  await host.run(backUp, input);
  return input;
}

const log = (): Promise<string> => readFile(join(host.path, 'log'), 'utf8').catch(() => '');

/** Processes that work in the app's folder. */
function living(): number[] {
  const script = 'for p in /proc/[0-9]*; do [ "$(readlink "$p/cwd")" = "$1" ] && echo "${p#/proc/}"; done; :';
  const output = execFileSync('sh', ['-c', script, 'sh', host.path], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return output.split('\n').filter(Boolean).map(Number);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await condition());) {
    if (Date.now() > deadline) throw new Error('waited 20 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What makes a process this one: read off /proc. */
async function portrait(pid: number): Promise<string[]> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return [
    await readFile(`/proc/${pid}/cmdline`, 'utf8'),
    (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').sort().join('\n'),
    await realpath(`/proc/${pid}/cwd`),
    await realpath(`/proc/${pid}/fd/1`),
    ...status.split('\n').filter((line) => /^(?:Uid|Gid|Groups|Umask|SigIgn|SigBlk):/.test(line)),
  ];
}

test('what serves is ended with its children, and starts again just as it was', async () => {
  const before = await portrait(old.pid);
  const input = await backedUp();
  expect(await host.run(stop, input)).toEqual({ stopped: ['sleep (pid 7): stopped'] });
  expect(living()).toEqual([]);

  await host.undo(scriptStep('startOld'), input);
  await until(async () => (await log()) === 'up\nup\n');
  const now = living();
  expect(now.length).toBe(2);
  expect(await portrait(Math.min(...now))).toEqual(before);
  await host.undo(scriptStep('startOld'), input);
  expect(living()).toEqual(now);
});

test('where nothing was stopped, nothing is started', async () => {
  const input = await backedUp();
  const now = living();
  await host.undo(scriptStep('startOld'), input);
  expect(living()).toEqual(now);
});

test('a process that was told to end, when the step was cut off, is waited for', async () => {
  const input = await backedUp();
  await host.write(join(host.state, 'backup', String(input.number), 'stops/000'), { stopping: '' });
  await host.undo(scriptStep('startOld'), input);
  await until(async () => (await log()) === 'up\nup\n');
  expect(living()).not.toContain(old.pid);
});

test('hooks.before run in the live tree; one that fails leaves all running', async () => {
  const input = await backedUp({ hooks: { release: [], before: ['cat app.py; false'], after: [] } });
  await expect(host.run(stop, input)).rejects.toThrow(
    "`stop` on local failed with exit status 1:\n$ cat app.py; false\noldthe hook 'cat app.py; false' ended with exit status 1; nothing was stopped",
  );
  expect(living()).toContain(old.pid);
});

test("the way back waits until the old version's address is served again", async () => {
  const socket = join(host.path, 'sock');
  const node = await startBare(
    process.execPath,
    ['-e', `require('net').createServer().listen(${JSON.stringify(socket)})`],
    {
      cwd: host.path,
    },
  );
  ends.push(node.end);
  await until(() => Promise.resolve(existsSync(socket)));
  const bind: Bind = { kind: 'socket', path: socket, from: '' };
  const input = await host.deployment({}, { plan: { stops: [bareStop(old), bareStop(node.process)], bind } });
  await host.run(build, input);
  await host.run(backUp, input);
  await host.run(stop, input);
  expect(existsSync(socket)).toBe(false);
  await host.undo(scriptStep('startOld'), input);
  expect(existsSync(socket)).toBe(true);
});
