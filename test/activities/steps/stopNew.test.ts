import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backUp } from '../../../src/activities/steps/backUp.js';
import { scriptStep } from '../../../src/activities/change/script-step.js';
import { stop } from '../../../src/activities/steps/stop.js';
import type { Bind } from '../../../src/domain/app/address.js';
import type { Stop } from '../../../src/domain/keepers/keeper.js';
import { startBare } from '../bare-process.js';
import { LocalHost, plan } from '../local-host.js';

let host: LocalHost;
const ends: (() => void)[] = [];
beforeEach(async () => {
  host = await LocalHost.make({ 'app.py': 'old' });
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await host.destroy();
});

/** Says and does what supervisorctl does of one program, and notes what it was told. */
const supervisorctl = `#!/bin/sh
cd "\${0%/*}"
[ "$1" != -c ] || shift 2
case $1 in
status) printf '%-32s %s   pid 812, uptime 0:03:41\\n' "$2" "$(cat state)" ;;
start) echo RUNNING >state ;;
stop) echo STOPPED >state ;;
esac
[ "$1" = status ] || echo "$1" >>told
`;

test('a keeper that came back meanwhile runs the new files: it is stopped, and started with the old ones', async () => {
  const folder = join(host.path, '../supervisor');
  await host.write(folder, { supervisorctl, state: 'RUNNING', 'words.conf': '[program:words]\n' });
  const command = join(folder, 'supervisorctl');
  await chmod(command, 0o755);
  const file = join(folder, 'words.conf');
  const old: Stop = {
    role: 'app',
    keeper: { kind: 'supervisor', config: file, command, name: 'words', file, section: 'program:words' },
    label: 'supervisor program words',
    why: '',
    active: true,
  };
  const told = () => readFile(join(folder, 'told'), 'utf8');
  const input = await host.deployment({ 'app.py': 'new' }, { plan: { stops: [old] } });
  await host.run(backUp, input);
  await host.run(stop, input);
  expect(await told()).toBe('stop\n');

  await host.undo(scriptStep('stopNew'), input);
  expect(await told()).toBe('stop\n');
  await writeFile(join(folder, 'state'), 'RUNNING');
  await host.undo(scriptStep('stopNew'), input);
  await host.undo(scriptStep('startOld'), input);
  expect(await told()).toBe('stop\nstop\nstart\n');
  // What runs now is the old version.
  await host.undo(scriptStep('stopNew'), input);
  expect(await told()).toBe('stop\nstop\nstart\n');
});

test('what took the new release’s place from its own files is ended; who only stands in its folder is not', async () => {
  const tree = join(host.base, 'releases', plan.release, 'tree');
  const socket = join(host.path, '../app.sock');
  const bind: Bind = { kind: 'socket', path: socket, from: '' };
  const input = await host.deployment({ 'app.py': 'new' }, { plan: { bind } });
  await host.run(backUp, input);
  await host.write(join(host.state, 'backup', String(input.number)), { stopping: '' });
  await mkdir(join(tree, 'web'));
  const listen = ['-e', `require('net').createServer().listen(${JSON.stringify(socket)})`];
  const intruder = await startBare(process.execPath, listen, { cwd: join(tree, 'web') });
  const shell = await startBare('sleep', ['1000'], { cwd: tree });
  ends.push(intruder.end, shell.end);
  await expect.poll(() => existsSync(socket), { timeout: 20_000 }).toBe(true);
  await host.undo(scriptStep('stopNew'), input);
  await expect.poll(() => state(intruder.process.pid), { timeout: 20_000 }).toMatch(/gone|Z/);
  expect(await state(shell.process.pid)).toBe('S');
  expect(existsSync(socket)).toBe(false);
});

async function state(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') gone');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[0] ?? '';
}
