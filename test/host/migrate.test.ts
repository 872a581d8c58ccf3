import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { activate } from '../../src/activities/steps/activate.js';
import { backUp } from '../../src/activities/steps/backUp.js';
import { recoverHost } from '../../src/activities/steps/recoverHost.js';
import { scriptStep } from '../../src/activities/change/script-step.js';
import type { ChangeInput } from '../../src/domain/runbook/activities.js';
import { drawNumber } from '../../src/host/door/fence.js';
import { renewHost } from '../../src/host/door/lifeline.js';
import { readReleases } from '../../src/host/facts/releases.js';
import { LocalHost } from '../activities/local-host.js';

const nobody = 65_534;
const deployment = 'belay/words/production/local@next';

/** A server to which a belay deployed that kept its own beside the path. */
describe.skipIf(process.getuid?.() !== 0)('what an earlier belay left beside the path', () => {
  let host: LocalHost;
  let input: ChangeInput;
  let folder: string;
  let before: string | undefined;

  beforeEach(async () => {
    // Every folder above is root's alone, other than in /tmp.
    folder = mkdtempSync('/run/belay-earlier-');
    before = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder;
    host = await LocalHost.make({ 'app.py': 'old' });
    input = await host.deployment({ 'app.py': 'new' });
  });
  afterEach(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(folder, { recursive: true });
  });

  /** Puts everything where that belay had it; its programs are not to be run by this one. */
  function asEarlier(): void {
    const script = `cd "$1"
      # values FILE: each in a file of its own.
      values() {
        for pair in release:release seconds:seconds bind_kind:bind-kind bind_where:bind-where; do
          sed -n "s/^\${pair%:*}=//p" "$1" >"\${1%/*}/\${pair#*:}"
        done
        for pair in kind:manager name:keeper user:keeper-user home:keeper-home command:keeper-command; do
          sed 's/^keeper=/\t/' "$1" | sed -n "s/^\t\${pair%:*}=//p" >"\${1%/*}/\${pair#*:}"
        done
        rm -- "$1" "\${1%/*}/undos" "\${1%/*}/runner"
      }
      for each in releases failed; do
        [ -d "./$each" ] || continue
        for one in ./$each/*; do mkdir -p "$2/$one"; mv "$one"/* "$2/$one"; done
      done
      for each in owner owner.next lock journal backup armed; do [ ! -e "$each" ] || mv "$each" "$2"; done
      for each in "$2"/backup/*/way-back/*; do
        case \${each##*/} in told) values "$each" ;; recover | door | supervisor | fence | s*) echo 'exit 9' >"$each" ;; esac
      done
      rm -rf "$1"`;
    execFileSync('sh', ['-euc', script, 'sh', host.state, host.base]);
  }

  /** What belay wrote for it, as start and commit leave it. */
  function layRelease(): void {
    const record = host.record(input.release);
    mkdirSync(record, { recursive: true });
    const texts = {
      manifest: '',
      start: '#!/bin/sh\n',
      environment: 'A="1"\n',
      unit: '[Service]\n',
      replaced: 'r\n',
    };
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(record, name), text);
    writeFileSync(join(record, 'release.json'), '{"outcome": "active", "when": "2026-11-24T10:15:00Z"}\n');
  }

  const owner = (base: string): string => readFileSync(join(base, 'owner'), 'utf8');

  test('is read until it is moved by the next claim, with numbers that go on; that belay is kept from deploying', async () => {
    layRelease();
    asEarlier();
    expect((await readReleases(host.session, host.path)).map(({ release }) => release)).toEqual([
      input.release,
    ]);
    execFileSync('sed', ['-i', 's/state=held/state=free/', join(host.base, 'owner')]);
    const number = await drawNumber(host.session, { path: host.path, deployment, by: 'ann', expected: 1 });
    expect(number).toBe(2);
    expect(readdirSync(host.record(input.release)).sort()).toEqual([
      'environment',
      'manifest',
      'release.json',
      'replaced',
      'start',
      'unit',
    ]);
    expect(readFileSync(join(host.state, 'app'), 'utf8')).toBe('words\n');
    // Its units go on being started by these.
    expect(readdirSync(join(host.base, 'releases', input.release)).sort()).toEqual([
      'environment',
      'start',
      'tree',
    ]);
    expect(owner(host.base)).toMatch(
      /^number=1\ndeployment=one that keeps .*\nby=a newer belay\n.*\nrenewed=9999999999\nstate=held\n/,
    );
    expect((await readReleases(host.session, host.path)).map(({ release }) => release)).toEqual([
      input.release,
    ]);
  });

  test('is gone by on the way back of a deployment that was under way', async () => {
    layRelease();
    await host.run(backUp, input);
    await host.run(activate, input);
    asEarlier();
    await host.undo(scriptStep('restoreFiles'), input);
    expect(await readFile(join(host.path, 'app.py'), 'utf8')).toBe('old');
    expect(owner(host.state)).toContain('number=2\n');
  });

  test('is gone on with by a deployment that was under way, under its own number', async () => {
    layRelease();
    await host.run(backUp, input);
    asEarlier();
    const held = { path: host.path, number: input.number, deployment: input.deployment };
    await renewHost(host.session, held, { timeoutMs: 10_000 });
    expect(owner(host.state)).toContain(`number=${input.number}\n`);
    expect(owner(host.base)).toContain('by=a newer belay\n');
    await host.run(activate, input);
    expect(await readFile(join(host.path, 'app.py'), 'utf8')).toBe('new');
  });

  test('is found by the first change too; nobody else’s is', async () => {
    layRelease();
    await host.run(backUp, input);
    asEarlier();
    const other = host.run(activate, { ...input, deployment: 'belay/words/production/local@other' });
    await expect(other).rejects.toThrow(/no longer holds the host/);
    expect(existsSync(join(host.state, 'owner'))).toBe(false);
    await host.run(activate, input);
    expect(await readFile(join(host.path, 'app.py'), 'utf8')).toBe('new');
  });

  test('is recovered by programs of this belay', async () => {
    layRelease();
    await host.run(backUp, input);
    await host.run(activate, input);
    writeFileSync(join(host.state, 'armed'), `deployment=${input.deployment}\n`);
    asEarlier();
    const { output } = (await host.run(recoverHost, { ...input, unfinished: input.deployment } as never)) as {
      output: string;
    };
    expect(output).toContain('restoreFiles: 0 ran');
    expect(await readFile(join(host.path, 'app.py'), 'utf8')).toBe('old');
    expect(existsSync(join(host.base, 'armed'))).toBe(false);
  });

  test('in a folder of the app’s user is no word on what root does', async () => {
    layRelease();
    await host.run(backUp, input);
    await host.run(activate, input);
    asEarlier();
    chownSync(join(host.path, '..'), nobody, nobody);
    const recovering = host.run(recoverHost, { ...input, unfinished: input.deployment } as never);
    await expect(recovering).rejects.toThrow(
      /kept it in .*words\.belay\/backup, where others can put something else/,
    );
    await expect(host.undo(scriptStep('restoreFiles'), input)).rejects.toThrow(/root does not go by it/);
    expect(readdirSync(host.record(input.release)).sort()).toEqual(['manifest', 'release.json', 'replaced']);
    expect(existsSync(join(host.state, 'backup'))).toBe(false);
    execFileSync('sed', ['-i', 's/state=held/state=free/', join(host.state, 'owner')]);
    expect(await drawNumber(host.session, { path: host.path, deployment, by: 'ann' })).toBe(3);
  });

  test('and is no longer root’s gives no more than the least number', async () => {
    layRelease();
    asEarlier();
    execFileSync('sh', ['-c', `echo number=41 >"$1/owner"; chown -R ${nobody} "$1"`, 'sh', host.base]);
    expect(await drawNumber(host.session, { path: host.path, deployment, by: 'ann', expected: 0 })).toBe(42);
    expect(existsSync(host.record(input.release))).toBe(false);
  });
});
