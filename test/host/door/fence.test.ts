import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freeHost } from '../../../src/host/door/fence.js';
import { alive, DoorHost, slowOp, until } from '../door-host.js';
import { stateOf } from '../state.js';

// Many processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

vi.mock('../../../src/host/scripts.js', () => import('../op-texts.js'));

let host: DoorHost;
beforeEach(() => void (host = new DoorHost()));
afterEach(() => host.remove());

const other = { deployment: 'app@run2', by: 'bob@desk' };
const owner = (): string => host.state('owner');

/** As if the host had been left alone for so many seconds. */
function age(seconds: number): void {
  const renewed = Math.floor(Date.now() / 1000) - seconds;
  writeFileSync(join(stateOf(host.path), 'owner'), owner().replace(/renewed=\d+/, `renewed=${renewed}`));
}

test('numbers rise, a draw whose answer was lost gives the same one, and only root reads who drew', async () => {
  expect(await host.draw({ expected: 0 })).toBe(1);
  expect(await host.draw({ expected: 0 })).toBe(1);
  expect(owner()).toMatch(
    /^number=1\ndeployment=app@run1\nby=ann@laptop\nsince=\d+\nrenewed=\d+\nstate=held\n/,
  );
  expect(statSync(join(stateOf(host.path), 'owner')).mode & 0o777).toBe(0o600);
  await freeHost(host.session, { path: host.path, number: 1 });
  await freeHost(host.session, { path: host.path, number: 1 });
  expect(owner()).toContain('state=free');
  expect(await host.draw({ ...other, expected: 1 })).toBe(2);
});

test('a path whose folders are not there yet can be drawn for', async () => {
  const path = join(host.folder, 'new', 'deep app');
  expect(await host.draw({ path })).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test('a plan that is older than the last deployment is refused with that deployment', async () => {
  await host.draw();
  await freeHost(host.session, { path: host.path, number: 1 });
  await expect(host.draw({ ...other, expected: 0 })).rejects.toMatchObject({
    type: 'Fenced',
    message: expect.stringMatching(
      /since the plan: deployment app@run1, started by ann@laptop, since 20\d\d-/,
    ) as string,
  });
});

test('a host that another deployment holds is busy; one that it left for ten minutes is not, unless a change runs', async () => {
  await host.draw();
  await expect(host.draw(other)).rejects.toMatchObject({
    type: 'HostBusy',
    message: expect.stringContaining('held by deployment app@run1, started by ann@laptop') as string,
  });
  const slow = host.op(slowOp);
  await until(() => host.read('count'), 'the op to begin');
  age(700);
  await expect(host.draw(other)).rejects.toMatchObject({ type: 'HostBusy' });
  host.write('go');
  await slow;
  age(700);
  expect(await host.draw(other)).toBe(2);
});

test('every change renews the time', async () => {
  await host.draw();
  age(700);
  await host.op('true');
  await expect(host.draw(other)).rejects.toMatchObject({ type: 'HostBusy' });
});

test('a way back draws a higher number each time, in its own line only', async () => {
  await host.draw();
  const since = /since=\d+/.exec(owner())?.[0] ?? '';
  expect(await host.draw({ takeBack: true })).toBe(2);
  expect(await host.draw({ takeBack: true })).toBe(3);
  expect(owner()).toContain(since);
  await freeHost(host.session, { path: host.path, number: 2 });
  expect(owner()).toContain('state=held');
  await freeHost(host.session, { path: host.path, number: 3 });
  await host.draw(other);
  await expect(host.draw({ takeBack: true })).rejects.toMatchObject({
    type: 'Fenced',
    message: expect.stringContaining('taken over by deployment app@run2, started by bob@desk') as string,
  });
  expect(owner()).toContain('number=4');
});

test('a way back ends the step that still runs, and the one that waits for it never begins', async () => {
  await host.draw();
  const stubborn = host.op(`trap '' TERM; echo began >"$1/count"; while :; do sleep 0.1; done`, {
    op: 'stubborn',
  });
  stubborn.catch(() => undefined);
  await until(() => host.read('count'), 'the op to begin');
  const pid = Number((await until(() => host.journal('stubborn', 'pid'), 'its pid')).split(' ')[0]);
  const waiting = host.op('echo x >"$1/late"', { op: 'waiting' });
  waiting.catch(() => undefined);
  await until(() => host.journal('waiting', 'begin'), 'the second op to wait');

  expect(await host.draw({ takeBack: true, grace: 1 })).toBe(2);
  expect(alive(pid)).toBe(false);
  expect((await stubborn).exit).not.toBe(0);
  await expect(waiting).rejects.toMatchObject({ type: 'Fenced' });
  expect(host.read('late')).toBe('');
  expect(await host.op('echo put back', { number: 2, op: 'undo', rerun: 'failed' })).toMatchObject({
    exit: 0,
    how: 'ran',
  });
});

test('a way back waits for a step that ends in time', async () => {
  await host.draw();
  const slow = host.op(slowOp);
  await until(() => host.read('count'), 'the op to begin');
  const back = host.draw({ takeBack: true });
  await until(() => owner().includes('number=2'), 'the new number');
  host.write('go');
  expect(await back).toBe(2);
  expect(await slow).toMatchObject({ exit: 0, output: 'over\n' });
});

test('the journal and the backups of the newest 20 numbers stay', async () => {
  await host.draw();
  await host.op('true');
  for (let number = 2; number <= 25; number += 1) {
    for (const folder of ['journal', 'backup'])
      mkdirSync(join(stateOf(host.path), folder, String(number)), { recursive: true });
  }
  await freeHost(host.session, { path: host.path, number: 1 });
  await host.draw(other);
  for (const folder of ['journal', 'backup']) {
    const left = readdirSync(join(stateOf(host.path), folder))
      .map(Number)
      .sort((a, b) => a - b);
    expect(left).toEqual(Array.from({ length: 20 }, (_, at) => at + 6));
  }
});

test('numbers that begin anew find nothing of an earlier life', async () => {
  await host.draw();
  await host.op('echo earlier');
  rmSync(join(stateOf(host.path), 'owner'));
  expect(await host.draw()).toBe(1);
  expect(await host.op('echo now')).toEqual({ exit: 0, output: 'now\n', how: 'ran' });
});

test('an owner file that makes no sense lets nobody act', async () => {
  await host.draw();
  writeFileSync(join(stateOf(host.path), 'owner'), 'number=\n');
  await expect(host.draw(other)).rejects.toThrow(/owner makes no sense/);
  await expect(host.op('echo x >"$1/made"')).rejects.toThrow(/owner makes no sense/);
  expect(readFileSync(join(stateOf(host.path), 'owner'), 'utf8')).toBe('number=\n');
  expect(host.read('made')).toBe('');
});
