import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { built } from '../../src/temporal/built.js';
import { temporaryFolder } from '../temporary.js';

describe('what V8 compiled of the command line', () => {
  let folder: string;
  const cache = () => join(folder, 'cache/compiled');
  const kept = () => join(cache(), readdirSync(cache())[0] ?? 'nothing is kept');

  beforeEach(async () => {
    folder = await temporaryFolder();
    mkdirSync(join(folder, 'cli'));
    writeFileSync(join(folder, 'cli/package.json'), '{ "type": "module" }');
    copyFileSync(built('cli/main.js'), join(folder, 'cli/main.js'));
    says('first');
  });

  /** Lays a bundle of always the same length and time, as a package manager may. */
  function says(word: string): void {
    const bundle = join(folder, 'cli/bundle.cjs');
    writeFileSync(bundle, `(function (require) { function say() { console.log('${word}'); } say(); })`);
    utimesSync(bundle, 1, 1);
  }

  function run(...args: string[]): string {
    const env = { ...process.env, BELAY_CACHE_DIR: join(folder, 'cache') };
    const { stdout, stderr } = spawnSync(process.execPath, [join(folder, 'cli/main.js'), ...args], {
      env,
      encoding: 'utf8',
    });
    return stdout + stderr;
  }

  it('is kept for each command, and taken by the next run', () => {
    expect(run('list')).toBe('first\n');
    const { ino, mode } = statSync(kept());
    expect(mode & 0o077).toBe(0);
    expect(run('list', '--json')).toBe('first\n');
    expect(statSync(kept()).ino).toBe(ino);
    run('status');
    expect(readdirSync(cache())).toHaveLength(2);
  });

  it('is not what another belay runs, be its bundle as long and as old', () => {
    run('list');
    says('other');
    const main = join(folder, 'cli/main.js');
    writeFileSync(main, readFileSync(main, 'utf8').replace(/digest: "\w{8}/, 'digest: "00000000'));
    expect(run('list')).toBe('other\n');
  });

  it('is made anew where it is damaged', () => {
    run('list');
    const content = readFileSync(kept());
    const whole = Buffer.from(content);
    content.fill(0, content.length - 20);
    writeFileSync(kept(), content);
    expect(run('list')).toBe('first\n');
    expect(readFileSync(kept()).length).toBe(whole.length);
    expect(readFileSync(kept()).subarray(-20)).not.toEqual(Buffer.alloc(20));
  });

  it('is not used where others may write it', () => {
    run('list');
    const { ino } = statSync(kept());
    chmodSync(kept(), 0o666);
    expect(run('list')).toBe('first\n');
    expect(statSync(kept()).mode & 0o777).toBe(0o600);
    expect(statSync(kept()).ino).not.toBe(ino);
  });

  it('is done without where nothing can be kept', () => {
    writeFileSync(join(folder, 'cache'), 'no folder');
    expect(run('list')).toBe('first\n');
  });
});
