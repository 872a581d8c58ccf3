import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { freeHost } from '../../../src/host/door/fence.js';
import { alive, DoorHost, parentOf, slowOp, until, waiting } from '../door-host.js';
import { stateOf } from '../state.js';

// Many processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

vi.mock('../../../src/host/scripts.js', () => import('../op-texts.js'));

let host: DoorHost;
beforeEach(async () => {
  host = new DoorHost();
  await host.draw();
});
afterEach(() => host.remove());

describe('a change', () => {
  test('runs with its arguments and its input, and tells exit status and output', async () => {
    const input = `it's "input"\n\\n\n`;
    const args = ["it's", '', 'a\nb\n'];
    const done = await host.op('printf "[%s]" "$@"; cat; echo err >&2; exit 3', { args, input });
    expect(done).toEqual({ exit: 3, output: `[it's][][a\nb\n]${input}err\n`, how: 'ran' });
  });

  test('leaves files that others can read, and a journal that they cannot', async () => {
    await host.op('echo x >"$1/made"');
    expect(statSync(join(host.folder, 'made')).mode & 0o777).toBe(0o644);
    expect(statSync(stateOf(host.path)).mode & 0o777).toBe(0o700);
    expect(statSync(join(stateOf(host.path), 'journal')).mode & 0o777).toBe(0o700);
    expect(host.journal('op', 'exit').trim()).toBe('0');
    expect(host.journal('op', 'begin')).toMatch(
      /^op=op\nboot=[-0-9a-f]{36}\ndeployment=app@run1\ntime=\d+\n$/,
    );
  });

  test('that ended is not made again', async () => {
    await host.op('echo x >>"$1/count"; echo first');
    expect(await host.op('echo x >>"$1/count"; echo second')).toEqual({
      exit: 0,
      output: 'first\n',
      how: 'found',
    });
    expect(host.read('count')).toBe('x\n');
  });

  test('that failed is not made again in a step forward, and is in an undo, which keeps the earlier output', async () => {
    const failing = 'echo x >>"$1/count"; echo no room; exit 4';
    await host.op(failing);
    expect(await host.op(failing)).toEqual({ exit: 4, output: 'no room\n', how: 'found' });
    expect(await host.op('echo put back', { rerun: 'failed' })).toEqual({
      exit: 0,
      output: 'put back\n',
      how: 'repeated',
    });
    expect(host.journal('op', 'output.1')).toBe('no room\n');
    expect(host.journal('op', 'exit.1').trim()).toBe('4');
    expect(host.read('count')).toBe('x\n');
  });

  test('goes on when the connection dies, and the next attempt follows it: one execution', async () => {
    const connection = new AbortController();
    const first = host.op(slowOp, { signal: connection.signal });
    first.catch(() => undefined);
    await until(() => host.read('count'), 'the op to begin');
    connection.abort(new Error('connection killed'));
    await expect(first).rejects.toThrow('connection killed');

    const second = host.op(slowOp);
    const third = host.op(slowOp);
    const running = join(stateOf(host.path), 'journal', '1', 'op', 'running');
    await until(() => waiting(running) === 2, 'both to wait for the first');
    host.write('go');
    expect(await second).toEqual({ exit: 0, output: 'over\n', how: 'followed' });
    expect((await third).how).toBe('followed');
    expect(host.read('count')).toBe('began\n');
  });

  test('asked for twice at the same moment is made once', async () => {
    const both = [host.op('echo x >>"$1/count"; sleep 0.2'), host.op('echo x >>"$1/count"; sleep 0.2')];
    const hows = (await Promise.all(both)).map((done) => done.how).sort();
    expect(hows).toEqual(['followed', 'ran']);
    expect(host.read('count')).toBe('x\n');
  });

  test('that was killed together with its runner has an unknown outcome, and is repeated', async () => {
    const first = host.op(slowOp);
    first.catch(() => undefined);
    const pid = Number((await until(() => host.journal('op', 'pid'), 'its pid')).split(' ')[0]);
    const runner = parentOf(pid);
    await until(() => host.read('count'), 'the op to begin');
    process.kill(runner, 'SIGKILL');
    process.kill(-pid, 'SIGKILL');
    await expect(first).rejects.toMatchObject({ type: 'ConnectionLost' });
    host.write('go');
    expect(await host.op(slowOp)).toMatchObject({ exit: 0, how: 'repeated' });
    expect(host.read('count')).toBe('began\nbegan\n');
  });

  test('that outlived its runner is ended before it is repeated', async () => {
    const first = host.op(slowOp);
    first.catch(() => undefined);
    const pid = Number((await until(() => host.journal('op', 'pid'), 'its pid')).split(' ')[0]);
    await until(() => host.read('count'), 'the op to begin');
    process.kill(parentOf(pid), 'SIGKILL');
    await expect(first).rejects.toMatchObject({ type: 'ConnectionLost' });
    expect(alive(pid)).toBe(true);
    expect(await host.op('echo again')).toEqual({ exit: 0, output: 'again\n', how: 'repeated' });
    expect(alive(pid)).toBe(false);
  });

  test('that takes too long is ended, all of it, with exit status 124', async () => {
    const done = await host.op(`(trap '' TERM; echo $$ >"$1/pid"; while :; do sleep 0.1; done) & wait`, {
      timeoutMs: 1000,
    });
    expect(done.exit).toBe(124);
    expect(alive(Number(host.read('pid')))).toBe(false);
  });

  test('leaves a daemon that holds nothing: the next change goes at once', async () => {
    const { output } = await host.op('setsid sleep 300 >/dev/null 2>&1 & echo $!', { op: 'start' });
    const daemon = Number(output);
    try {
      expect(await host.op('echo next', { op: 'next', timeoutMs: 2000 })).toMatchObject({
        exit: 0,
        how: 'ran',
      });
      expect(alive(daemon)).toBe(true);
      expect((await host.op('', { op: 'start', timeoutMs: 2000 })).how).toBe('found');
    } finally {
      process.kill(daemon);
    }
  });

  test('waits for another change, and says whose when that takes too long; nothing was recorded then', async () => {
    const slow = host.op(slowOp, { op: 'slow' });
    await until(() => host.read('count'), 'the op to begin');
    await expect(host.op('echo x', { op: 'second', timeoutMs: 1000 })).rejects.toMatchObject({
      type: 'HostBusy',
      message: expect.stringContaining('app@run1, started by ann@laptop') as string,
    });
    host.write('go');
    await slow;
    expect(await host.op('echo x', { op: 'second' })).toMatchObject({ exit: 0, how: 'ran' });
  });

  test('is refused once a higher number was drawn, and the refusal says by whom', async () => {
    await freeHost(host.session, { path: host.path, number: 1 });
    await expect(host.op('echo x >"$1/made"')).rejects.toMatchObject({ type: 'Fenced' });
    expect(await host.draw({ deployment: 'app@run2', by: 'bob@desk' })).toBe(2);
    await expect(host.op('echo x >"$1/made"')).rejects.toMatchObject({
      type: 'Fenced',
      message: expect.stringMatching(
        /number 1 .* number 2 was drawn by deployment app@run2, started by bob@desk, since 20.*Z/s,
      ) as string,
    });
    expect(host.read('made')).toBe('');
  });

  test('tells the last 16 kB, without secrets', async () => {
    const secrets = [
      'password=hunter2',
      'DB_PASSWORD: "two words hunter2"',
      '{"api_key": "hunter2", "user": "ann"}',
      'Authorization: Bearer hunter2',
      'postgres://ann:hunter2@db.example.test/words',
      'npm --auth-token hunter2 install',
      'MY_SECRET_KEY=hunter2 SECRET=hunter2',
    ];
    const { output } = await host.op('yes filling | head -n 10000; cat', { input: secrets.join('\n') });
    expect(output).not.toContain('hunter2');
    expect(output.match(/\[redacted\]/g)).toHaveLength(8);
    expect(output).toContain('"user": "ann"');
    expect(output).toContain('[redacted]@db.example.test/words');
    expect(Buffer.byteLength(output)).toBe(16384);
  });
});
