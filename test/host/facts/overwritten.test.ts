import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { fields } from '../../../src/host/fields.js';
import { takeApart } from '../../../src/host/facts/sections.js';
import { variablesOf } from '../../../src/host/facts/variables.js';
import { loadFile } from '../../../src/host/scripts.js';
import { startBare } from '../../activities/bare-process.js';
import { until } from '../../until.js';
import { LocalSession } from '../local-session.js';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** As setproctitle does it: zeros lie where the variables were. */
const overwriting = `
import ctypes, time
begin, end = map(int, open('/proc/self/stat').read().rsplit(') ', 1)[1].split()[47:49])
ctypes.memset(begin, 0, end - begin)
time.sleep(100)
`;

/** What is known of the variables of a process that was given one of its own, once that holds. */
async function known(code: string, isThere: (environ: string) => boolean, env: Record<string, string>) {
  const { process, end } = await startBare('python3', ['-c', code], { env });
  ends.push(end);
  await until(async () => isThere(await readFile(`/proc/${process.pid}/environ`, 'latin1')));
  const asked = fields({ nonce: 'nonce', pids: [String(process.pid)] });
  const { stdout } = await new LocalSession().run('process-given', [asked], { timeoutMs: 20_000 });
  return variablesOf(process.pid, takeApart(stdout, 'nonce'));
}

const env = { PATH: '/usr/bin:/bin', DATABASE_URL: 'secret' };

test('a title over the variables is told from a process that has none', async () => {
  const zeros = (environ: string) => environ.startsWith('\0');
  expect(await known(overwriting, zeros, env)).toEqual({ variables: [], overwritten: true });
  const sleeping = 'import time; time.sleep(100)';
  const given = (environ: string) => environ.includes('DATABASE_URL');
  expect(await known(sleeping, given, env)).toEqual({ variables: ['DATABASE_URL'] });
  expect(await known(sleeping, (environ) => environ === 'PATH=/usr/bin\0', { PATH: '/usr/bin' })).toEqual({
    variables: [],
  });
});

test('a unit’s own words are read as systemd writes them: names alone, no value', async () => {
  const said = String.raw`GREETING=hello "MOTTO=two words NOT=one" A=\"b QUOTED="x y" =odd`;
  const script = `${await loadFile('lib/facts.sh')}\nprintf '%s\\n' "$1" | names_of_words`;
  const names = execFileSync('sh', ['-c', script, 'sh', said], { encoding: 'utf8' });
  expect(names).toBe('GREETING\nMOTTO\nA\nQUOTED\n');
});
