import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failingOf } from '../../src/host/proof/visitors.js';
import { loadFile, loadScript } from '../../src/host/scripts.js';

const run = promisify(execFile);
const patience = { timeout: 30_000, interval: 50 };

describe('asking as visitors do', () => {
  let backup: string;
  let server: Server;
  let status: number;
  let asked: number;
  let lib: string;

  beforeEach(async () => {
    backup = mkdtempSync(join(tmpdir(), 'belay visitors '));
    status = 200;
    asked = 0;
    server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(status).end('here');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    mkdirSync(join(backup, 'way-back'));
    writeFileSync(join(backup, 'way-back/visitors'), await loadScript('visitors'));
    ask('');
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

  const ask = (metered: string) => {
    const { port } = server.address() as AddressInfo;
    writeFileSync(
      join(backup, 'way-back/ask'),
      `http://words.example.test/?a=[1-3] 127.0.0.1 ${port} ${metered}\n`,
    );
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
  const process = () => Number(readFileSync(join(backup, 'visitors-last'), 'utf8').split(' ')[1]);

  it('sees when the page fails and when it is back, and ends when it is told to', async () => {
    await begin();
    expect(answers()).toEqual(['good']);
    status = 502;
    await vi.waitFor(() => expect(answers()).toEqual(['good', 'failed']), patience);
    status = 404;
    await vi.waitFor(() => expect(answers()).toEqual(['good', 'failed', 'good']), patience);
    const pid = process();
    const failing = failingOf(await tell());
    expect(failing).toHaveLength(1);
    expect(failing?.[0]?.to).toBeGreaterThan(failing?.[0]?.from ?? Infinity);
    await vi.waitFor(() => expect(() => globalThis.process.kill(pid, 0)).toThrow(), patience);
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
    writeFileSync(join(backup, 'visitors'), '1790000000000 good\n');
    writeFileSync(join(backup, 'visitors-last'), '1790000005000 999999999 1\n');
    await begin();
    await vi.waitFor(() => expect(answers()).toEqual(['good', 'failed', 'good']), patience);
    expect(failingOf(await tell())?.[0]?.from).toBe(1_790_000_005_000);
  });

  it('tells nothing where it ended before, for what came after is not known', async () => {
    await begin();
    const pid = process();
    globalThis.process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(() => globalThis.process.kill(pid, 0)).toThrow(), patience);
    expect(await tell()).toBe('');
  });

  it('does not take for a failure that nginx turns it away for asking too often', async () => {
    ask('metered');
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
