import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { activate } from '../../src/activities/steps/activate.js';
import { backUp } from '../../src/activities/steps/backUp.js';
import { recoverHost } from '../../src/activities/steps/recoverHost.js';
import { scriptStep } from '../../src/activities/change/script-step.js';
import { settle } from '../../src/activities/steps/settle.js';
import type { ChangeInput } from '../../src/domain/runbook/activities.js';
import { drawNumber, freeHost } from '../../src/host/door/fence.js';
import { LocalHost } from '../activities/local-host.js';
import { stateOf } from './state.js';

const nobody = 65_534;

/** The app's user, in whose folder the app lies, against root. */
describe.skipIf(process.getuid?.() !== 0)('the folder that the app lies in is its user’s', () => {
  let host: LocalHost;
  let input: ChangeInput;
  let home: string;
  let mark: string;

  beforeEach(async () => {
    host = await LocalHost.make({ 'app.py': 'old' });
    home = join(host.path, '..');
    mark = join(mkdtempSync('/tmp/belay-mark-'), 'ran');
    chmodSync(join(mark, '..'), 0o777);
    chownSync(home, nobody, nobody);
    input = await host.deployment({ 'app.py': 'new' });
    await host.run(backUp, input);
    await host.run(activate, input);
  });
  afterEach(async () => {
    await host.destroy();
    rmSync(join(mark, '..'), { recursive: true });
  });

  /** As that user. */
  function hostile(script: string): void {
    const own = [
      '--reuid',
      String(nobody),
      '--regid',
      String(nobody),
      '--clear-groups',
      'sh',
      '-ec',
      script,
      'sh',
    ];
    execFileSync('setpriv', [...own, host.path, mark]);
  }

  /** Puts a tree of his own into the place of belay's folder, with a program of his for whatever root could run. */
  function plant(): void {
    hostile(`mv "$1.belay" "$1.kept"
      mkdir -p "$1.belay/backup/${input.number}/way-back" "$1.belay/backup/${input.number}/stops" "$1.belay/journal"
      mkdir -p "$1.belay/releases"
      cd "$1.belay/backup/${input.number}"
      echo '${input.deployment}' >deployment
      for each in recover door supervisor fence stop-new restore-files restore-topology start-old settle; do
        printf 'id -u >>%s\\nexit 0\\n' "$2" >way-back/$each
      done
      printf 'number=7\\ndeployment=${input.deployment}\\nby=me\\nsince=1\\nrenewed=1\\nstate=held\\n' >"$1.belay/owner"`);
  }

  const ran = (): string => (existsSync(mark) ? readFileSync(mark, 'utf8') : '');

  test('belay recover runs no program that he planted, and puts the old version back', async () => {
    plant();
    const target = { ...input, unfinished: input.deployment };
    const recovered = host.run(recoverHost, target) as Promise<unknown>;
    await recovered.catch(() => undefined);
    expect(ran()).toBe('');
    hostile('rm -rf "$1.belay" && mv "$1.kept" "$1.belay"');
    await host.run(recoverHost, target);
    expect(ran()).toBe('');
    expect((await lstat(host.path)).isDirectory()).toBe(true);
    expect(await readFile(join(host.path, 'app.py'), 'utf8')).toBe('old');
  });

  test('an undo goes by what root kept, whatever journal and owner he planted', async () => {
    plant();
    await host.undo(scriptStep('restoreFiles'), input).catch(() => undefined);
    expect(ran()).toBe('');
    expect(readFileSync(join(stateOf(host.path), 'owner'), 'utf8')).toContain('number=2\n');
  });

  test('a folder above the path that now leads elsewhere is named, and nothing is done there', async () => {
    const moved = `${home}-moved`;
    const elsewhere = mkdtempSync('/tmp/belay-elsewhere-');
    execFileSync('mv', [home, moved]);
    symlinkSync(elsewhere, home);
    try {
      await expect(host.run(scriptStep('restoreFiles'), input)).rejects.toThrow(/leads elsewhere by now/);
      const way = join(stateOf(join(moved, 'words')), 'none');
      expect(existsSync(way)).toBe(false);
    } finally {
      rmSync(home);
      execFileSync('mv', [moved, home]);
      rmSync(elsewhere, { recursive: true });
    }
    await host.undo(scriptStep('restoreFiles'), input);
    expect(await readFile(join(host.path, 'app.py'), 'utf8')).toBe('old');
  });

  test('a release’s record is root’s word alone', async () => {
    hostile(`mv "$1.belay" "$1.kept" && mkdir -p "$1.belay/releases/${input.release}/tree"
      ln -s /etc/passwd "$1.belay/releases/${input.release}/release.json"`);
    await host.run(settle, { ...input, outcome: 'rolled-back' } as never);
    expect(readFileSync('/etc/passwd', 'utf8')).toContain('root:');
    expect((await lstat('/etc/passwd')).uid).toBe(0);
  });
});

describe('one path has one fence', () => {
  let host: LocalHost;
  beforeEach(async () => void (host = await LocalHost.make({ 'app.py': 'old' })));
  afterEach(() => host.destroy());

  test('under whatever name it is reached', async () => {
    const alias = `${join(host.path, '..')}-alias`;
    symlinkSync(join(host.path, '..'), alias);
    try {
      await drawNumber(host.session, {
        path: host.path,
        deployment: 'belay/words/production/a@1',
        by: 'ann',
      });
      const other = { path: join(alias, 'words'), deployment: 'belay/words/production/b@1', by: 'bob' };
      await expect(drawNumber(host.session, other)).rejects.toMatchObject({ type: 'HostBusy' });
      await freeHost(host.session, { path: host.path, number: 1 });
      expect(await drawNumber(host.session, other)).toBe(2);
    } finally {
      rmSync(alias);
    }
  });

  test('and one app', async () => {
    await drawNumber(host.session, { path: host.path, deployment: 'belay/words/production/a@1', by: 'ann' });
    await freeHost(host.session, { path: host.path, number: 1 });
    const other = { path: host.path, deployment: 'belay/poems/production/a@1', by: 'bob' };
    await expect(drawNumber(host.session, other)).rejects.toThrow(
      /it is the path of the app words\. .* sudo rm \S+\/app$/,
    );
    rmSync(join(stateOf(host.path), 'app'));
    expect(await drawNumber(host.session, other)).toBe(2);
  });
});

describe.skipIf(process.getuid?.() !== 0)('what belay keeps of its own is refused where it', () => {
  let host: LocalHost;
  let state: string;
  beforeEach(async () => {
    host = await LocalHost.make({ 'app.py': 'old' });
    await drawNumber(host.session, { path: host.path, deployment: 'd@1', by: 'ann' });
    await freeHost(host.session, { path: host.path, number: 1 });
    state = stateOf(host.path);
  });
  afterEach(() => host.destroy());

  test.each([
    [
      'belongs to somebody else',
      () => chownSync(state, nobody, 0),
      /belongs to uid 65534: expected folders that are root's alone/,
    ],
    ['can be written to by others', () => chmodSync(state, 0o777), /others than root can write to/],
    [
      'is of a newer belay',
      () => writeFileSync(join(state, 'format'), '2\n'),
      /newer belay \(format 2, this one knows 1\): update belay \(npm install/,
    ],
    [
      'is of another path',
      () => writeFileSync(join(state, 'path'), '/srv/other\n'),
      /path says '\/srv\/other': expected/,
    ],
    ['makes no sense', () => writeFileSync(join(state, 'owner'), 'number=x\n'), /owner makes no sense/],
    [
      'is a link',
      () => {
        execFileSync('mv', [state, `${state}.real`]);
        symlinkSync(`${state}.real`, state);
      },
      /is a link: expected folders/,
    ],
  ])('%s', async (_what, spoil, told) => {
    spoil();
    const draw = { path: host.path, deployment: 'd@2', by: 'bob' };
    await expect(drawNumber(host.session, draw)).rejects.toMatchObject({
      type: 'Configuration',
      message: expect.stringMatching(told) as string,
    });
    expect(existsSync(join(state, 'journal'))).toBe(false);
    mkdirSync(state, { recursive: true });
  });
});
