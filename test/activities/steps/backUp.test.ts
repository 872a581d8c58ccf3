import type { SpawnOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backUp } from '../../../src/activities/steps/backUp.js';
import type { ProcessId } from '../../../src/domain/app/keeper.js';
import { bareStop, startBare } from '../bare-process.js';
import { LocalHost } from '../local-host.js';

let host: LocalHost;
let end: (() => void) | undefined;
beforeEach(async () => {
  host = await LocalHost.make({ 'app.py': 'old' });
});
afterEach(async () => {
  end?.();
  end = undefined;
  await host.destroy();
});

async function started(options: SpawnOptions): Promise<ProcessId> {
  const bare = await startBare('sleep', ['1000'], options);
  end = bare.end;
  return bare.process;
}

test('gives what the deployment goes back to, and keeps it under its number', async () => {
  const input = await host.deployment({});
  expect(await host.run(backUp, input)).toEqual({
    previous: { kind: 'adopt', release: '20261124T101400Z-adopted' },
  });
  expect(await readFile(join(host.state, 'backup', String(input.number), 'deployment'), 'utf8')).toBe(
    `${input.deployment}\n`,
  );
});

test.each([
  ['adopt', /expected a directory at .*words: the host changed since the plan/],
  ['none', /expected nothing at .*words: the host changed since the plan/],
] as const)('a path that is not what the plan saw (%s) is refused', async (kind, message) => {
  const input = await host.deployment({}, { plan: { previous: { kind, release: 'r' } } });
  await rm(host.path, { recursive: true });
  await symlink('/somewhere', host.path);
  await expect(host.run(backUp, input)).rejects.toThrow(message);
  expect(existsSync(join(host.state, 'backup', String(input.number)))).toBe(false);
});

test('how a bare process was started is kept for root alone', async () => {
  const process = await started({
    cwd: host.path,
    env: { PATH: '/usr/bin:/bin', ODD: "it's\ntwo lines", 'not-a-name': '1' },
  });
  const input = await host.deployment({}, { plan: { stops: [bareStop(process)] } });
  await host.run(backUp, input);
  const folder = join(host.state, 'backup', String(input.number), 'stops/000');
  const text = await readFile(join(folder, 'start-again'), 'utf8');
  expect(text).toContain(`cd -- '${host.path}' || exit\nunset PWD OLDPWD\numask 0022\n`);
  expect(text).toContain("export ODD='it'\\''s\ntwo lines'\n");
  expect(text).toMatch(/\nexec 'sleep' '1000' <\/dev\/null\n$/);
  expect(text).not.toContain('not-a-name');
  expect((await stat(join(folder, 'start-again'))).mode & 0o777).toBe(0o600);
});

test('a process that wrote over its arguments is refused before anything is stopped', async () => {
  const process = await started({
    argv0: 'gunicorn: master [app:app]',
  });
  const input = await host.deployment({}, { plan: { stops: [bareStop(process)] } });
  await expect(host.run(backUp, input)).rejects.toThrow(
    "could not be started again on the way back: how it was started cannot be read: its arguments now begin with 'gunicorn: master [app:app]', which is no program. Put it under a systemd unit or pm2 first",
  );
});

test('an app that is gone since the plan is refused; a conflict that is gone is none', async () => {
  const gone: ProcessId = { pid: 1, startTicks: 1, bootId: 'of another boot' };
  const input = await host.deployment({}, { plan: { stops: [bareStop(gone, 'conflict')] } });
  await host.run(backUp, input);
  const second = await host.deployment({}, { plan: { stops: [bareStop(gone)] } });
  await expect(host.run(backUp, second)).rejects.toThrow('sleep (pid 7) is gone');
});
