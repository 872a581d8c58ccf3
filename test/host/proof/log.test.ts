import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beginOf, exceptions, quoteLog, readLog } from '../../../src/host/proof/log.js';
import type { HostSession } from '../../../src/host/types.js';
import { LocalSession } from '../local-session.js';

const traceback = [
  'Traceback (most recent call last):',
  ...Array.from({ length: 40 }, (_, index) => `  File "app.py", line ${index}, in f`),
  'jinja2.exceptions.UndefinedError: tool is undefined',
];

describe('quoting a log', () => {
  it('shows the beginning and the end of the last traceback', () => {
    const quoted = quoteLog({ lines: ['starting', ...traceback, 'GET / 500'] }, 5).split('\n');
    expect(quoted).toHaveLength(5);
    expect(quoted[0]).toBe('  | Traceback (most recent call last):');
    expect(quoted.at(-1)).toBe('  | jinja2.exceptions.UndefinedError: tool is undefined');
  });

  it('quotes the app’s own exception, not that of the server which ended because of it', () => {
    const own = [
      '[2026-11-27 14:10:50 +0000] [12] [ERROR] Exception in worker process',
      'Traceback (most recent call last):',
      '  File "/srv/words.belay/releases/R/tree/app.py", line 1, in <module>',
      '    import flask_login',
      "ModuleNotFoundError: No module named 'flask_login'",
    ];
    const servers = [
      'Traceback (most recent call last):',
      '  File "/usr/lib/python3/dist-packages/gunicorn/arbiter.py", line 209, in run',
      '    self.sleep()',
      "gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>",
    ];
    expect(quoteLog({ lines: [...own, ...servers] })).toContain("No module named 'flask_login'");
    expect(quoteLog({ lines: [...own, ...servers] })).not.toContain('HaltServer');
    expect(quoteLog({ lines: servers })).toContain('HaltServer');
  });

  it('shows the last lines where there is no traceback', () => {
    expect(quoteLog({ lines: ['a', 'b', 'c'] }, 2)).toBe('  | b\n  | c');
  });

  it('says so where there is nothing to show', () => {
    expect(quoteLog({ lines: [] })).toContain('empty');
    expect(quoteLog({ lines: [], unreadable: 'no journalctl on the host' })).toContain(
      'no journalctl on the host',
    );
  });
});

describe('exceptions', () => {
  it.each([
    'ValueError: boom',
    'jinja2.exceptions.UndefinedError: x',
    'Error: listen EADDRINUSE',
    'Traceback (most recent call last):',
    'panic: oh',
  ])('are seen in %s', (line) => expect(exceptions([line])).toEqual([line]));

  it.each([
    '[INFO] Starting gunicorn',
    'GET /errors 200',
    'no error so far',
    'ErrorPages are served from /srv',
  ])('are not seen in %s', (line) => expect(exceptions([line])).toEqual([]));
});

describe('reading a log', () => {
  const host = (completed: object) =>
    ({
      run: () => Promise.resolve({ code: 0, stdout: '', stderr: '', truncated: false, ...completed }),
    }) as unknown as HostSession;
  const journal = { kind: 'journal', unit: 'belay-words.service' } as const;
  const start = beginOf('/srv/words', 7, 'start');

  it('leaves out empty lines and what looks like a secret', async () => {
    const stdout = 'started\n\npostgres://app:hunter2@db/words refused\n';
    const { lines } = await readLog(host({ stdout }), journal, start);
    expect(lines).toEqual(['started', expect.not.stringContaining('hunter2')]);
  });

  it('that cannot be read says why', async () => {
    const log = await readLog(host({ code: 3, stderr: 'no journalctl on the host\n' }), journal, start);
    expect(log).toEqual({ lines: [], unreadable: 'no journalctl on the host' });
  });

  it('begins where the start found the end of the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'belay-log-'));
    const [file, from] = [join(folder, 'words.log'), join(folder, 'log-from')];
    writeFileSync(file, 'of the old version\nstarted\nValueError: boom\n');
    writeFileSync(from, '19\n');
    const read = (place: { file: string; from: string }) =>
      readLog(new LocalSession(), { kind: 'file', ...place }, start);
    expect(await read({ file, from })).toEqual({ lines: ['started', 'ValueError: boom'] });
    expect((await read({ file, from: '' })).lines).toHaveLength(3);
    // Rotated meanwhile.
    writeFileSync(from, '4000\n');
    expect((await read({ file, from })).lines).toHaveLength(3);
    expect(await read({ file: join(folder, 'none'), from })).toEqual({ lines: [] });
    rmSync(folder, { recursive: true });
  });

  it('of 10 GB without the end of a line, and with bytes that are no text, takes bounded time and memory', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'belay-log-'));
    const file = join(folder, 'words.log');
    writeFileSync(file, 'begin\n');
    truncateSync(file, 10 * 1024 ** 3);
    appendFileSync(
      file,
      Buffer.concat([Buffer.from([10, 0, 255, 27, 200, 10]), Buffer.from('ValueError: boom\n')]),
    );
    // No more than this for any one program there.
    const shell = ['sh', '-c', 'ulimit -v 400000; exec "$@"', 'sh', 'sh'];
    const began = performance.now();
    const { lines } = await readLog(new LocalSession({ shell }), { kind: 'file', file, from: '' }, start);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(lines.at(-1)).toBe('ValueError: boom');
    expect(lines).toHaveLength(3);
    expect(lines.every(({ length }) => length <= 400)).toBe(true);
    rmSync(folder, { recursive: true });
  });
});
