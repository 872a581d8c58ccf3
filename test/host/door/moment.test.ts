import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { change, type Change } from '../../../src/host/door/door.js';
import { takeHostBack } from '../../../src/host/door/fence.js';
import { DoorHost, slowOp, until } from '../door-host.js';

// Many processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

vi.mock('../../../src/host/scripts.js', () => import('../op-texts.js'));

let host: DoorHost;
beforeEach(async () => {
  host = new DoorHost();
  await host.draw();
});
afterEach(() => host.remove());

function op(name: string, text: string, args: readonly string[] = []): Change {
  return {
    path: host.path,
    number: 1,
    deployment: 'app@run1',
    op: name,
    script: `text:${text}`,
    args: [host.folder, ...args],
    rerun: 'never',
    timeoutMs: 20_000,
  };
}

const says = (word: string) => `echo ${word} >>"$1/order"; printf '[%s]' "$@"; cat`;
const order = () => host.read('order').split('\n').filter(Boolean);

test('ops follow one another on the host, with their own arguments and input, and whoever makes one finds it', async () => {
  const two = { ...op('two', says('two'), ["it's", '', 'a\nb\n']), input: 'in\n\n' };
  const three = op('three', says('three'));
  const one = await change(host.session, op('one', says('one')), [two, three]);
  expect(one).toMatchObject({ exit: 0, how: 'ran' });
  await until(() => host.journal('three', 'exit').trim(), 'the last op');
  expect(order()).toEqual(['one', 'two', 'three']);
  expect(await change(host.session, two)).toEqual({
    exit: 0,
    output: `[${host.folder}][it's][][a\nb\n]in\n\n`,
    how: 'found',
  });
  expect(await change(host.session, three)).toMatchObject({ exit: 0, how: 'found' });
  expect(order()).toHaveLength(3);
});

test('an op that is made while it waits for its turn is followed, and made once', async () => {
  const two = op('two', says('two'));
  const first = change(host.session, op('one', slowOp), [two]);
  await until(() => host.journal('two', 'begin'), 'the second to wait');
  const second = change(host.session, two);
  host.write('go');
  expect(await first).toMatchObject({ exit: 0, how: 'ran' });
  expect(await second).toMatchObject({ exit: 0, how: expect.stringMatching(/^(followed|found)$/) as string });
  expect(order()).toEqual(['two']);
});

test('an op waits for the one before it, however long that takes to arrive', async () => {
  const two = op('two', `${says('two')}\n${'# as long as a script can be\n'.repeat(100_000)}`);
  expect(await change(host.session, op('one', says('one')), [two, op('three', says('three'))])).toMatchObject(
    { exit: 0 },
  );
  await until(() => host.journal('three', 'exit').trim(), 'the last op');
  expect(order()).toEqual(['one', 'two', 'three']);
});

test('what was cut on the way is not begun, and the rest is made by who asks for it', async () => {
  const { session } = host;
  const cut: typeof session.run = (script, args, options) => {
    const input = options.input as string;
    return session.run(script, args, { ...options, input: input.slice(0, input.lastIndexOf('echo two')) });
  };
  const cutting = Object.assign(Object.create(session) as typeof session, { run: cut });
  const [two, three] = [op('two', says('two')), op('three', says('three'))];
  expect(await change(cutting, op('one', says('one')), [two, three])).toMatchObject({ exit: 0 });
  expect(order()).toEqual(['one']);
  expect(await change(session, two)).toMatchObject({ exit: 0, how: 'ran' });
  expect(await change(session, three)).toMatchObject({ exit: 0, how: 'ran' });
});

test('nothing at all is begun under a number that is no longer the host’s', async () => {
  await takeHostBack(host.session, { path: host.path, deployment: 'app@run1', by: 'ann@laptop' });
  const asked = change(host.session, op('one', says('one')), [op('two', says('two'))]);
  await expect(asked).rejects.toThrow('no longer holds the host');
  await until(() => host.journal('two', 'refused'), 'the second to be refused');
  expect(order()).toEqual([]);
});

test('nothing follows an op that failed, and nothing of it is on record', async () => {
  const [two, three] = [op('two', says('two')), op('three', says('three'))];
  expect(await change(host.session, op('one', 'exit 3'), [two, three])).toMatchObject({ exit: 3 });
  await until(
    () => ['two', 'three'].every((name) => host.journal(name, 'refused') !== ''),
    'both to give up',
  );
  expect(order()).toEqual([]);
  expect(host.journal('two', 'begin')).toBe('');
  // The next attempt is the first.
  expect(await change(host.session, two)).toMatchObject({ exit: 0, how: 'ran' });
});

test('nothing follows once another number was drawn, whoever waits', async () => {
  const two = op('two', says('two'));
  const first = change(host.session, op('one', slowOp), [two]);
  await until(() => host.journal('two', 'begin'), 'the second to wait');
  const back = takeHostBack(host.session, { path: host.path, deployment: 'app@run1', by: 'ann@laptop' });
  await until(() => host.state('owner').startsWith('number=2\n'), 'the new number');
  host.write('go');
  expect(await first).toMatchObject({ exit: 0 });
  await back;
  await until(() => host.journal('two', 'refused'), 'the second to be refused');
  expect(host.journal('two', 'refused').trim()).toBe('fenced');
  expect(order()).toEqual([]);
});

test('what was begun goes on to its end without the connection', async () => {
  const gone = new AbortController();
  const first = { ...op('one', slowOp), signal: gone.signal };
  const asked = change(host.session, first, [op('two', says('two')), op('three', says('three'))]);
  await until(() => host.journal('three', 'begin'), 'the last to wait');
  gone.abort();
  await expect(asked).rejects.toThrow();
  host.write('go');
  await until(() => host.journal('three', 'exit').trim(), 'the last op');
  expect(order()).toEqual(['two', 'three']);
});
