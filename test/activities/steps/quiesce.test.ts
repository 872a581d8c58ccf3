import { existsSync } from 'node:fs';
import { readdir, readFile, stat, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backUp } from '../../../src/activities/steps/backUp.js';
import { quiesce } from '../../../src/activities/steps/quiesce.js';
import { scriptStep } from '../../../src/activities/change/script-step.js';
import type { ChangeInput } from '../../../src/domain/runbook/activities.js';
import type { Stop } from '../../../src/domain/keepers/keeper.js';
import { bareStop, startBare } from '../bare-process.js';
import { LocalHost } from '../local-host.js';

const line = "*/5 * * * * root cd /srv/words && ./start 'a \\ b' & # [x]";
const crontab = `# words\n\n${line}\n17 3 * * * root /usr/bin/other\n${line}\n`;

let host: LocalHost;
let file: string;
let end: (() => void) | undefined;
beforeEach(async () => {
  host = await LocalHost.make({ 'app.py': 'old' });
  await host.write(join(host.path, '../cron.d'), { words: crontab });
  file = join(host.path, '../cron.d/words');
  await chmod(file, 0o640);
});
afterEach(async () => {
  end?.();
  end = undefined;
  await host.destroy();
});

const cron = (): Stop => ({
  role: 'conflict',
  keeper: { kind: 'cron', source: file, line: 5, text: line },
  label: 'cron.d/words:5',
  why: '',
  active: true,
});

async function backedUp(...stops: Stop[]): Promise<ChangeInput> {
  const input = await host.deployment({}, { plan: { stops } });
  await host.run(backUp, input);
  return input;
}

test('one cron line is commented out, and back it comes exactly', async () => {
  const input = await backedUp(cron());
  expect(await host.run(quiesce, input)).toEqual({ quiesced: ['cron.d/words:5: commented out'] });
  expect(await readFile(file, 'utf8')).toBe(
    crontab.replace(new RegExp(`(root /usr/bin/other\\n)`), `$1# belay ${input.deployment}: `),
  );
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  await host.undo(scriptStep('restoreTopology'), input);
  expect(await readFile(file, 'utf8')).toBe(crontab);
  await host.undo(scriptStep('restoreTopology'), input);
  expect(await readFile(file, 'utf8')).toBe(crontab);
  expect(await readdir(join(file, '..'))).toEqual(['words']);
});

test('lines that others changed meanwhile stay theirs', async () => {
  const input = await backedUp(cron());
  await host.run(quiesce, input);
  const changed = `@daily root new\n${(await readFile(file, 'utf8')).replace('17 3', '18 4')}`;
  await host.write(join(file, '..'), { words: changed });
  await host.undo(scriptStep('restoreTopology'), input);
  expect(await readFile(file, 'utf8')).toBe(`@daily root new\n${crontab.replace('17 3', '18 4')}`);
});

test('a line that changed since the plan is refused before anything is touched', async () => {
  await host.write(join(file, '..'), { words: crontab.replaceAll('*/5', '*/6') });
  const input = await host.deployment({}, { plan: { stops: [cron()] } });
  await expect(host.run(backUp, input)).rejects.toThrow(
    `expected the line '${line}' in ${file}: the host changed since the plan, nothing was touched; make a new plan`,
  );
});

test('a line that changed since the backup stops the step', async () => {
  const input = await backedUp(cron());
  await host.write(join(file, '..'), { words: '' });
  await expect(host.run(quiesce, input)).rejects.toThrow('cron.d/words:5: the line changed since the backup');
});

test('nothing conflicts: the host is not even asked', async () => {
  const input = await host.deployment({}, { plan: { stops: [] } });
  expect(await host.run(quiesce, input)).toEqual({ quiesced: [] });
  expect(existsSync(join(host.state, 'journal', String(input.number), 'quiesce'))).toBe(false);
});

test('where the old version was stopped too, what competes with it starts only after it', async () => {
  const bare = await startBare('sleep', ['1000'], { cwd: host.path, env: { PATH: '/usr/bin:/bin' } });
  end = bare.end;
  const input = await backedUp(bareStop(bare.process, 'conflict'));
  expect(await host.run(quiesce, input)).toEqual({ quiesced: ['sleep (pid 7): stopped'] });
  const backup = join(host.state, 'backup', String(input.number));
  await host.write(backup, { stopping: '' });
  await host.undo(scriptStep('restoreTopology'), input);
  expect(await readFile(join(backup, 'stops/000/again'), 'utf8').then((text) => text.trim())).toBe('');
  await host.undo(scriptStep('startOld'), input);
  const pid = Number((await readFile(join(backup, 'stops/000/again'), 'utf8')).split(' ')[0]);
  expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toBe(['sleep', '1000', ''].join('\0'));
  process.kill(pid, 'SIGKILL');
});
