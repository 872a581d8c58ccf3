import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { outagesFrom } from '../../src/domain/runbook/outages.js';
import { failingOf } from '../../src/host/proof/visitors.js';
import { loadFile, loadScript } from '../../src/host/scripts.js';

const run = promisify(execFile);
const patience = { timeout: 30_000, interval: 50 };

interface Question {
  page: string;
  at: number;
  response: ServerResponse;
}

describe('asking as visitors do', () => {
  let backup: string;
  let server: Server;
  /** Of all pages, and of single ones by the last character of their path. */
  let status: number;
  let own: Record<string, number>;
  let asked: number;
  /** Is given each question, and tells whether it keeps the answer for later. */
  let held: ((question: Question) => boolean) | undefined;
  let lib: string;

  beforeEach(async () => {
    backup = mkdtempSync(join(tmpdir(), 'belay visitors '));
    status = 200;
    own = {};
    asked = 0;
    held = undefined;
    server = createServer(({ url = '' }, response) => {
      asked += 1;
      if (held?.({ page: url.at(-1) ?? '', at: Date.now(), response }) === true) return;
      response.writeHead(own[url.at(-1) ?? ''] ?? status).end('here');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    mkdirSync(join(backup, 'way-back'));
    writeFileSync(join(backup, 'way-back/visitors'), await loadScript('visitors'));
    ask('200');
    lib = (await Promise.all(['lib/common.sh', 'lib/root-path.sh', 'lib/visitors.sh'].map(loadFile))).join(
      '\n',
    );
  });

  afterEach(async () => {
    await tell();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(backup, { recursive: true });
  });

  /** A page for each, with what way-back/ask says of it. */
  const ask = (...pages: string[]) => {
    const { port } = server.address() as AddressInfo;
    const lines = pages.map(
      (words, page) => `http://words.example.test/?a=[1-3]*&page=${page + 1} 127.0.0.1 ${port} ${words}\n`,
    );
    writeFileSync(join(backup, 'way-back/ask'), lines.join(''));
  };
  const shell = async (command: string) => {
    const text = `${lib}\nbackup=$1\n${command}`;
    return (await run('sh', ['-euc', text, 'sh', backup])).stdout;
  };
  const begin = () => shell('ask_as_visitors');
  const tell = () => shell('tell_visitors');
  const answers = () =>
    readFileSync(join(backup, 'visitors'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[1]);
  const lines = () =>
    readFileSync(join(backup, 'visitors'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\d+ /, ''));
  const process = () => Number(readFileSync(join(backup, 'visitors-last'), 'utf8').split(' ')[1]);

  it('sees when the page fails and when it is back, and ends when it is told to', async () => {
    await begin();
    expect(answers()).toEqual(['good']);
    status = 502;
    await vi.waitFor(() => expect(answers()).toEqual(['good', 'failed']), patience);
    status = 404;
    await vi.waitFor(() => expect(answers()).toEqual(['good', 'failed', 'good']), patience);
    const pid = process();
    const failing = failingOf(await tell(), ['/']);
    expect(failing).toHaveLength(1);
    expect(failing?.[0]?.to).toBeGreaterThan(failing?.[0]?.from ?? Infinity);
    await vi.waitFor(() => expect(() => globalThis.process.kill(pid, 0)).toThrow(), patience);
  });

  it('sees a page that fails alone, and when: first to last failure of any of them is the outage', async () => {
    ask('200 known', '200 known', '404', '500 known', '200');
    own = { 3: 404, 4: 500 };
    await begin();
    expect(lines().sort()).toEqual(['good 1', 'good 2', 'good 3', 'good 4', 'good 5']);
    status = 502;
    own = { 3: 502, 4: 502 };
    await vi.waitFor(() => expect(lines()).toHaveLength(10), patience);
    status = 200;
    own = { 2: 404, 3: 404, 4: 500 };
    await vi.waitFor(
      () => expect(lines().slice(10).sort()).toEqual(['good 1', 'good 3', 'good 4', 'good 5']),
      patience,
    );
    const before = asked;
    await vi.waitFor(() => expect(asked).toBeGreaterThan(before + 10), patience);
    own = { 3: 404, 4: 500, 5: 404 };
    await vi.waitFor(() => expect(lines().slice(14)).toEqual(['good 2']), patience);

    const failing = failingOf(await tell(), ['/1', '/2', '/3', '/4', '/5']) ?? [];
    expect(failing).toHaveLength(5);
    const outages = outagesFrom(failing, 0);
    const second = failing.find(({ page }) => page === '/2');
    expect(outages).toHaveLength(1);
    expect(outages[0]?.to).toBe(second?.to);
    expect(outages[0]?.from).toBe(Math.min(...failing.map(({ from }) => from)));
    expect(outages[0]?.pages?.map(({ page }) => page).sort()).toEqual(['/1', '/2', '/3', '/4', '/5']);
  });

  it('asks all others at once where one fails, and that one again before its turn', async () => {
    ask(...Array.from({ length: 30 }, () => '200 known'));
    await begin();
    status = 502;
    await vi.waitFor(() => expect(lines()).toHaveLength(60), patience);
    const times = readFileSync(join(backup, 'visitors'), 'utf8')
      .trim()
      .split('\n')
      .slice(31)
      .map((line) => Number(line.split(' ')[0]));
    // In turns it would be 30 pauses of a tenth of a second each.
    const pauses = times.slice(1).filter((at, index) => at - (times[index] ?? 0) >= 100);
    expect(pauses.length).toBeLessThan(10);
  });

  it('goes on after a boot with what it knew of each page', async () => {
    ask('200', '200', '200');
    writeFileSync(
      join(backup, 'visitors'),
      '1790000000000 good 1\n1790000000000 good 2\n1790000000100 good 3\n1790000000200 failed 2\n',
    );
    writeFileSync(join(backup, 'visitors-last'), '1790000005000 999999999 1\n');
    await begin();
    await vi.waitFor(() => expect(lines()).toHaveLength(9), patience);
    const failing = failingOf(await tell(), ['/1', '/2', '/3']) ?? [];
    expect(failing.map(({ page, from }) => `${page} ${from}`)).toEqual([
      '/2 1790000000200',
      '/1 1790000005000',
      '/3 1790000005000',
    ]);
    expect(failing.every(({ to }) => (to ?? 0) > 1_790_000_005_000)).toBe(true);
  });

  it('asks once, however often it is begun', async () => {
    await Promise.all([begin(), begin(), begin()]);
    const pid = process();
    await begin();
    const before = asked;
    await vi.waitFor(() => expect(asked).toBeGreaterThan(before + 3), patience);
    expect(process()).toBe(pid);
    expect(answers()).toEqual(['good']);
  });

  it('takes the time in which nobody asked, as while the host was started anew, for a failure', async () => {
    writeFileSync(join(backup, 'visitors'), '1790000000000 good 1\n');
    writeFileSync(join(backup, 'visitors-last'), '1790000005000 999999999 1\n');
    await begin();
    await vi.waitFor(() => expect(answers()).toEqual(['good', 'failed', 'good']), patience);
    expect(failingOf(await tell(), ['/'])?.[0]?.from).toBe(1_790_000_005_000);
  });

  it('tells nothing where it ended before, for what came after is not known', async () => {
    await begin();
    const pid = process();
    globalThis.process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(() => globalThis.process.kill(pid, 0)).toThrow(), patience);
    expect(await tell()).toBe('');
  });

  it('takes an answer that comes late for one, and asks all pages while it is waited for, as where a socket unit starts the app', async () => {
    ask('200', '200');
    await begin();
    own = { 2: 500 };
    await vi.waitFor(() => expect(lines()).toContain('failed 2'), patience);
    const waiting: Question[] = [];
    held = (question) => waiting.push(question) > 0;
    const ofSecond = () => waiting.filter(({ page }) => page === '2');
    await vi.waitFor(() => expect(ofSecond().length).toBeGreaterThan(1), patience);
    expect(waiting.some(({ page }) => page === '1')).toBe(true);
    held = undefined;
    own = {};
    for (const { response } of waiting) response.end('here');
    await vi.waitFor(() => expect(lines().lastIndexOf('good 2')).toBeGreaterThan(2), patience);
    const failing = failingOf(await tell(), ['/1', '/2']);
    expect(failing).toHaveLength(1);
    // Whoever asked first of those who waited got an answer.
    expect(failing?.[0]?.to).toBeLessThan(ofSecond()[1]?.at ?? 0);
  });

  it('tells of a question that fails late when it was asked, though later ones were answered meanwhile', async () => {
    await begin();
    const waiting: Question[] = [];
    held = (question) => waiting.length === 0 && waiting.push(question) > 0;
    const before = asked;
    await vi.waitFor(() => expect(asked).toBeGreaterThan(before + 4), patience);
    expect(lines().every((line) => line === 'good 1')).toBe(true);
    waiting[0]?.response.destroy();
    await vi.waitFor(() => expect(lines().at(-1)).toBe('failed 1'), patience);
    const failing = failingOf(await tell(), ['/']);
    expect(failing).toHaveLength(1);
    expect(failing?.[0]?.from).toBeLessThan(failing?.[0]?.to ?? 0);
  });

  it('does not take for a failure that nginx turns it away for asking too often', async () => {
    ask('200 metered');
    await begin();
    status = 503;
    const before = asked;
    await vi.waitFor(() => expect(asked).toBeGreaterThan(before + 1), patience);
    expect(answers()).toEqual(['good']);
  });

  it('asks nothing where no page is known', async () => {
    rmSync(join(backup, 'way-back/ask'));
    await begin();
    expect(asked).toBe(0);
    expect(await tell()).toBe('');
  });
});
