import { mkdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { activate } from '../../../src/activities/steps/activate.js';
import { backUp } from '../../../src/activities/steps/backUp.js';
import { scriptStep } from '../../../src/activities/change/script-step.js';
import type { ChangeInput } from '../../../src/domain/runbook/activities.js';
import { LocalHost } from '../local-host.js';

const adopted = 'releases/20261124T101400Z-adopted';
let host: LocalHost;
let tree: string;
beforeEach(async () => {
  host = await LocalHost.make({
    'app.py': 'old',
    'data/visits.db': 'v',
    '.env': 'S=1',
    'old/deep/cache/x': '1',
  });
  await symlink('/elsewhere/media', join(host.path, 'media'));
  tree = join(host.base, 'releases/20261124T101500Z-1f0c9a2b/tree');
});
afterEach(() => host.destroy());

/** Every name under a folder with its kind and what links say; not what belay keeps for itself. */
function files(folder: string): string {
  return execFileSync('find', [folder, '-printf', '%P %y %m %l\\n'], { encoding: 'utf8' })
    .split('\n')
    .sort()
    .join('\n');
}

async function backedUp(shared: string[]): Promise<ChangeInput> {
  const input = await host.deployment({ 'app.py': 'new' }, { app: { shared } });
  await host.run(backUp, input);
  return input;
}

test('the first time the directory that is there becomes a release, and the path a link', async () => {
  const input = await backedUp(['data', '.env', 'old/deep/cache', 'absent']);
  expect(await host.run(activate, input)).toEqual({ active: input.release });
  expect(await readlink(host.path)).toBe(tree);
  expect(await readFile(join(host.path, 'app.py'), 'utf8')).toBe('new');
  expect(await readFile(join(host.path, 'data/visits.db'), 'utf8')).toBe('v');
  expect(await readFile(join(host.base, 'shared/old/deep/cache/x'), 'utf8')).toBe('1');
  // Old processes work in the renamed directory, and go on finding everything.
  expect(await readFile(join(host.base, adopted, 'tree/data/visits.db'), 'utf8')).toBe('v');
  const record = JSON.parse(await readFile(join(host.state, adopted, 'release.json'), 'utf8')) as unknown;
  expect(record).toMatchObject({
    release: '20261124T101400Z-adopted',
    by: 'someone@laptop',
    outcome: 'adopted',
  });
});

test('a shared link that leads out of the folder, or within it, leads there afterwards too', async () => {
  const beside = join(host.path, '..', 'uploads');
  await mkdir(beside, { recursive: true });
  await writeFile(join(beside, 'photo'), 'p');
  await symlink('../uploads', join(host.path, 'uploads'));
  await symlink('data', join(host.path, 'db'));
  const before = files(host.path);
  const input = await backedUp(['uploads', 'db', 'data']);
  await host.run(activate, input);
  for (const place of [host.path, join(host.base, adopted, 'tree')]) {
    expect(await readFile(join(place, 'uploads/photo'), 'utf8')).toBe('p');
    expect(await readFile(join(place, 'db/visits.db'), 'utf8')).toBe('v');
  }
  await host.undo(scriptStep('restoreFiles'), input);
  expect(files(host.path)).toBe(before);
  await rm(beside, { recursive: true });
});

describe('the way back from an adoption', () => {
  test('gives back the very directory, shared files with what was written meanwhile', async () => {
    const before = files(host.path);
    const input = await backedUp(['data', '.env', 'old/deep/cache']);
    await host.run(activate, input);
    await writeFile(join(host.path, 'data/visits.db'), 'more');
    await host.undo(scriptStep('restoreFiles'), input);
    expect(files(host.path)).toBe(before);
    expect(await readFile(join(host.path, 'data/visits.db'), 'utf8')).toBe('more');
    expect(existsSync(join(host.base, 'shared'))).toBe(false);
    expect(existsSync(join(host.base, adopted))).toBe(false);
    await host.undo(scriptStep('restoreFiles'), input);
    expect(files(host.path)).toBe(before);
  });

  const halves: [string, () => Promise<void>][] = [
    ['before its first line', () => Promise.resolve()],
    [
      'after the directory was renamed',
      async () => {
        await mkdir(join(host.base, adopted), { recursive: true });
        await rename(host.path, join(host.base, adopted, 'tree'));
      },
    ],
    [
      'after a shared folder was moved, before its link',
      async () => {
        await mkdir(join(host.base, adopted), { recursive: true });
        await rename(host.path, join(host.base, adopted, 'tree'));
        await mkdir(join(host.base, 'shared'));
        await writeFile(join(host.state, 'backup/1/shared-moved'), 'data\n');
        await rename(join(host.base, adopted, 'tree/data'), join(host.base, 'shared/data'));
      },
    ],
  ];
  test.each(halves)('works where the step was cut off %s', async (_name, cutOff) => {
    const before = files(host.path);
    const input = await backedUp(['data']);
    await cutOff();
    await host.undo(scriptStep('restoreFiles'), input);
    expect(files(host.path)).toBe(before);
  });

  test.each(halves)('and the step itself goes on where it was cut off %s', async (_name, cutOff) => {
    const input = await backedUp(['data']);
    await cutOff();
    await host.run(activate, input);
    expect(await readFile(join(host.path, 'app.py'), 'utf8')).toBe('new');
    expect(await readFile(join(host.path, 'data/visits.db'), 'utf8')).toBe('v');
    expect(await readlink(join(host.base, adopted, 'tree/data'))).toBe(join(host.base, 'shared/data'));
  });
});

test('without a backup nothing is changed, and there is nothing to undo', async () => {
  const before = files(host.path);
  const input = await host.deployment({ 'app.py': 'new' });
  await expect(host.run(activate, input)).rejects.toThrow('there is no backup of this deployment');
  await host.undo(scriptStep('restoreFiles'), input);
  expect(files(host.path)).toBe(before);
});

test('from release to release only the link changes; what became shared stays so', async () => {
  const old = join(host.base, 'releases/20261123T101500Z-00000000/tree');
  await host.write(old, { 'app.py': 'old', 'data/visits.db': 'v' });
  await rm(host.path, { recursive: true });
  await symlink(old, host.path);
  const input = await host.deployment(
    { 'app.py': 'new' },
    {
      app: { shared: ['data'] },
      plan: { previous: { kind: 'release', release: '20261123T101500Z-00000000' } },
    },
  );
  await host.run(backUp, input);
  await host.run(activate, input);
  expect(await readFile(join(host.path, 'app.py'), 'utf8')).toBe('new');
  await host.undo(scriptStep('restoreFiles'), input);
  expect(await readlink(host.path)).toBe(old);
  expect(await readFile(join(host.path, 'data/visits.db'), 'utf8')).toBe('v');
  expect(await readlink(join(old, 'data'))).toBe(join(host.base, 'shared/data'));
  await host.undo(scriptStep('restoreFiles'), input);
  expect(await readlink(host.path)).toBe(old);
});

test('where nothing was, nothing is left', async () => {
  await rm(host.path, { recursive: true });
  const input = await host.deployment({ 'app.py': 'new' }, { plan: { previous: { kind: 'none' } } });
  await host.run(backUp, input);
  await host.run(activate, input);
  expect(await readlink(host.path)).toBe(tree);
  await host.undo(scriptStep('restoreFiles'), input);
  expect(existsSync(host.path)).toBe(false);
});
