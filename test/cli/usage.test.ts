import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { program } from '../../src/cli/grammar/program.js';
import { cli, project } from './harness.js';

const commands = program({} as never, () => Promise.resolve()).commands.map((command) => command.name());

/** Removed when the test is over. */
function own(folder: string): string {
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('where Temporal does not answer', () => {
  it('how a deployment stands cannot be said, which is not that it failed', async () => {
    vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:9');
    onTestFinished(() => void vi.unstubAllEnvs());
    const ran = await cli(['status', 'words/production/web1']);
    expect(ran).toMatchObject({ code: 75, stdout: '' });
    expect(ran.stderr).toContain('127.0.0.1:9');
  });
});

describe('usage', () => {
  it('suggests the nearest command, and exits 64', async () => {
    const ran = await cli(['deplyo']);
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toContain("unknown command 'deplyo'\n(Did you mean deploy?)");
  });

  it('suggests the nearest option', async () => {
    const ran = await cli(['deploy', '--detatch']);
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain('(Did you mean --detach?)');
  });

  it('refuses --json beside --output jsonl', async () => {
    const ran = await cli(['deploy', '--json', '--output', 'jsonl']);
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain('cannot be used with');
  });

  it('refuses a language that it does not speak before anything is begun', async () => {
    const ran = await cli(['deploy', '--yes'], { env: { BELAY_LANG: 'fr' } });
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toContain('BELAY_LANG: expected one of en, zh');
  });

  it('has help with all commands and the exit codes, on stdout', async () => {
    const ran = await cli(['--help']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    for (const name of commands) expect(ran.stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    expect(ran.stdout).toContain('3 failed and rolled back');
    expect(Math.max(...ran.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it.each(commands.filter((name) => name !== 'sandbox'))('has help with an example for %s', async (name) => {
    const ran = await cli([name, '--help']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^Usage: belay /);
    expect(ran.stdout).toMatch(new RegExp(`Examples:\\n {2}\\$ .*belay ${name}`));
  });

  it('says what a belay.yml may look like where there is none, and exits 64', async () => {
    const folder = own(await mkdtemp(join(tmpdir(), 'belay-none-')));
    const ran = await cli(['deploy'], { cwd: folder });
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toMatch(
      /^error: .*\/belay\.yml:1:1: there is no such file; write one beside your source/,
    );
    expect(ran.stderr).not.toContain('at ');
  });

  it('names file, line and column of what is wrong in belay.yml', async () => {
    const folder = own(await project('aproval: automatic\n'));
    const ran = await cli(['plan'], { cwd: folder });
    expect(ran.code).toBe(64);
    expect(ran.stderr).toMatch(/belay\.yml:6:1: .*aproval.*approval/);
  });

  it('does not rehearse an app that must not run twice', async () => {
    const ran = await cli(['plan', '--rehearse'], { cwd: own(await project('rehearse: false\n')) });
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toMatch(/^error: belay\.yml says `rehearse: false`: this app must not run twice\./);
  });

  it('stops at a check that fails where the source is packed, before anything is started', async () => {
    const folder = own(await project('checks: { local: ["echo looked; false"] }\n'));
    const ran = await cli(['deploy'], { cwd: folder });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('looked\n');
    expect(ran.stderr).toContain(
      'checks.local: echo looked; false: expected exit status 0, got exit status 1',
    );
  });

  it('says what BELAY_RESOLVE should look like', async () => {
    const ran = await cli(['plan'], {
      cwd: own(await project()),
      env: { BELAY_RESOLVE: 'words.example.test' },
    });
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain(
      'BELAY_RESOLVE: expected name=address,name=address, got "words.example.test"',
    );
  });

  it('calls an error that nobody expected a defect, and shows its stack only where BELAY_DEBUG asks for it', async () => {
    vi.doMock('../../src/cli/commands/list.js', () => ({
      list: () => Promise.reject(new TypeError('x is not a function')),
    }));
    const quiet = await cli(['list']);
    expect(quiet).toMatchObject({ code: 70, stdout: '' });
    expect(quiet.stderr).toMatch(/^error: unexpected: x is not a function\nThis is a defect of belay\./);
    expect(quiet.stderr).not.toMatch(/^ +at /m);
    expect((await cli(['list'], { env: { BELAY_DEBUG: '1' } })).stderr).toMatch(/^ +at /m);
    vi.doUnmock('../../src/cli/commands/list.js');
  });

  it('loads neither gRPC nor zod for --help and --version', async () => {
    const entryPoint = fileURLToPath(new URL('../../src/cli/command.ts', import.meta.url));
    const { metafile } = await build({
      entryPoints: [entryPoint],
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      metafile: true,
      write: false,
      outdir: 'out',
    });
    expect([...loadedAtStart(metafile)].sort()).toEqual(['commander']);
  });
});

/** Packages that the entry point imports by statements, directly or through other chunks. */
function loadedAtStart({ outputs }: Metafile): Set<string> {
  const packages = new Set<string>();
  const visit = (file: string): void => {
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (!external) visit(path);
      else if (!path.startsWith('node:')) packages.add(path);
    }
  };
  visit(Object.keys(outputs).find((file) => outputs[file]?.entryPoint?.endsWith('cli/command.ts')) ?? '');
  return packages;
}
