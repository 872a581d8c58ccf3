import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { frame, remoteCommand } from '../../../src/host/ssh/frame.js';
import { loadFile } from '../../../src/host/scripts.js';
import { installApplets } from '../applets.js';
import { LocalSession } from '../local-session.js';

// Many processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

// Nothing but busybox's own dd, cat and so on.
const applets = installApplets();

const shells: [string, LocalSession][] = [
  ['dash', new LocalSession({ shell: ['dash'] })],
  ['bash', new LocalSession({ shell: ['bash'] })],
  [
    'bash as sh, in a UTF-8 locale',
    new LocalSession({ shell: ['bash', '--posix'], env: { ...process.env, LC_ALL: 'C.UTF-8' } }),
  ],
  ['busybox', new LocalSession({ shell: [join(applets, 'sh')], env: { PATH: applets } })],
];
const printArguments = 'for a in "$@"; do printf "%s\\0" "$a"; done';
const timeoutMs = 20_000;

describe.each(shells)('a script under %s', (_, session) => {
  test('gets every argument as it was, whatever is in it', async () => {
    const awkward = fc.constantFrom(
      "'",
      '"',
      '\n',
      '\\',
      '$(id)',
      '`id`',
      '-n',
      ' ',
      '\t',
      'Á',
      'ÿ',
      '\u0081',
      '日',
      '🪢',
      '*',
      '~',
      '%s',
      'go',
      '',
    );
    const text = fc.oneof(
      fc.array(awkward, { maxLength: 6 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );
    const args = fc.array(
      text.map((arg) => arg.replaceAll('\0', '')),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(args, async (given) => {
        const { stdout } = await session.runText(printArguments, given, { timeoutMs });
        expect(stdout.split('\0').slice(0, -1)).toEqual(given);
      }),
      { numRuns: 30 },
    );
  });

  test('reads its own input and not one byte of the frame, or finds the end at once', async () => {
    expect((await session.runText('cat', ['x'], { timeoutMs, input: 'tar\0\nend' })).stdout).toBe(
      'tar\0\nend',
    );
    expect((await session.runText('cat; echo over', [], { timeoutMs })).stdout).toBe('over\n');
  });

  test('ends with its own status, and keeps stdout and stderr apart', async () => {
    const completed = await session.runText('echo out; echo err >&2; exit 7', [], { timeoutMs });
    expect(completed).toMatchObject({ code: 7, stdout: 'out\n', stderr: 'err\n', truncated: false });
  });
});

test('a frame that was cut on the way runs nothing, wherever it was cut', async () => {
  const whole = frame(await loadFile('lib/arguments.sh'), 'echo ran', ['a', 'b\nc', '']).toString();
  const [, code = ''] = /sh -c '(.*)'/.exec(remoteCommand({ sudo: false })) ?? [];
  const print = (text: string): string =>
    execFileSync('sh', ['-c', 'printf %s "$1" | sh -c "$2" 2>/dev/null; exit 0', 'sh', text, code], {
      encoding: 'utf8',
    });
  expect(print(whole)).toContain('ran\n');
  const cuts = Array.from({ length: whole.length }, (_, at) => at).filter(
    (at) => at % 40 === 0 || at > whole.length - 45,
  );
  for (const at of cuts) expect(print(whole.slice(0, at))).not.toContain('ran\n');
});

test('the command is one that every login shell takes literally', () => {
  for (const sudo of [false, true])
    expect(remoteCommand({ sudo })).toMatch(/^exec (sudo -n )?\/bin\/sh -c '[^'\\!\n]*'$/);
});

test('nothing of a script or its arguments shows in the process list', async () => {
  const { stdout } = await new LocalSession().runText(
    'tr "\\0" " " </proc/$$/cmdline; : script-word',
    ['argument-word'],
    { timeoutMs },
  );
  expect(stdout).toContain('sh -c');
  expect(stdout).not.toMatch(/argument-word|script-word/);
});

test('a NUL byte in an argument is refused before anything is sent', () => {
  expect(() => frame('', '', ['a\0b'])).toThrow(/argument 1 .* NUL byte/);
});
