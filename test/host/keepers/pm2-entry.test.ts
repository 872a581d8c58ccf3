import { createServer, type Server } from 'node:net';
import { chmod, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../temporary.js';

const scripts = 'src/host/scripts';
const entry = { name: 'words', pm_exec_path: '/usr/bin/gunicorn', pm_cwd: '/srv/words', status: 'online' };

/** One call of a daemon: what it was asked, with which arguments. */
type Call = [method: string, ...args: unknown[]];

let daemon: Server | undefined;
afterEach(() => daemon?.close());

/**
 * A daemon of pm2's that says of its one entry what it is told to, one status after the other, and keeps the last.
 * @param complaint what it answers to all that is no question
 */
async function pm2(statuses: (string | undefined)[], complaint?: string) {
  const home = await temporaryFolder('belay-pm2-');
  const calls: Call[] = [];
  daemon = createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 5 || received.length < 5 + received.readUInt32BE(1)) return;
      const asked = received.subarray(7, 5 + received.readUInt32BE(1)).toString();
      const { method, args } = JSON.parse(asked) as { method: string; args: unknown[] };
      calls.push([method, ...args]);
      const status = statuses.length > 1 ? statuses.shift() : statuses[0];
      const items = [{ name: 'words', pm_id: 0, pid: 41, pm2_env: { ...entry, status } }];
      const asks = method === 'getMonitorData';
      const answer =
        complaint === undefined || asks
          ? { args: [asks ? items.filter(() => status !== undefined) : {}] }
          : { error: complaint };
      const body = Buffer.from(`j:${JSON.stringify(answer)}`);
      const head = Buffer.alloc(5);
      head.writeUInt8(0x11);
      head.writeUInt32BE(body.length, 1);
      socket.write(Buffer.concat([head, body]));
    });
  });
  await new Promise<void>((resolve) => daemon?.listen(join(home, 'rpc.sock'), resolve));
  return { home, calls };
}

async function stop(home: string, kept: object): Promise<string> {
  return ask(JSON.stringify({ id: 0, entry: { ...entry, ...kept } }), 'stop', home);
}

async function ask(input: string, ...args: string[]): Promise<string> {
  const parts = ['lib/pm2-wire.cjs', 'pm2-entry.cjs', 'lib/pm2-dump.cjs', 'lib/pm2-own.cjs'].map((file) =>
    readFile(join(scripts, file), 'utf8'),
  );
  const program = (await Promise.all(parts)).join('\n');
  const { stdout } = await execa(process.execPath, ['-e', program, '--', ...args], { input });
  return stdout;
}

describe('an entry that is to be stopped', () => {
  const cron = { cron_restart: '*/2 * * * *' };
  it.each([
    ['is stopping', ['stopping', 'online']],
    ['has stopped for a moment', ['stopping', 'stopped', 'launching', 'online']],
    ['is starting', ['launching', 'online']],
  ])('is left to pm2 while it %s in a restart of its own', async (_, statuses) => {
    const seen = statuses.length;
    const { home, calls } = await pm2([...statuses]);
    expect(await stop(home, cron)).toContain('taken out of pm2');
    expect(calls.map(([method]) => method)).toEqual([
      ...Array.from({ length: seen }, () => 'getMonitorData'),
      'deleteProcessId',
    ]);
  });

  it('may be stopped already, or gone', async () => {
    const { home } = await pm2(['stopped']);
    expect(await stop(home, cron)).toContain('taken out of pm2');
    daemon?.close();
    const { home: other, calls } = await pm2([undefined]);
    expect(await stop(other, cron)).toBe('gone already');
    expect(calls.map(([method]) => method)).toEqual(['getMonitorData']);
  });

  it('is kept as it is when pm2 is not just restarting it', async () => {
    const { home } = await pm2(['stopping', 'online']);
    expect((await ask('', 'keep', home, '0', 'words')).split('\n')).toEqual([
      'status=online',
      `definition=${JSON.stringify({ id: 0, entry: { ...entry, status: 'online' } })}`,
      'saved=[]',
    ]);
  });
});

describe('an entry that is to be started again', () => {
  const start = (home: string) =>
    ask(JSON.stringify({ id: 0, entry: { ...entry, status: 'online' } }), 'start', home);

  it.each(['Process with pid 144 already exists', 'process already online', 'process already started'])(
    'may be started by pm2 itself at the same moment: %s',
    async (says) => {
      const { home, calls } = await pm2(['stopped', 'stopped', 'online'], says);
      expect(await start(home)).toBe('runs already');
      expect(calls.map(([method]) => method)).toEqual(['getMonitorData', 'startProcessId', 'getMonitorData']);
    },
  );

  it('that cannot be started is a failure with what pm2 says', async () => {
    const { home } = await pm2(['stopped'], 'script not found');
    await expect(start(home)).rejects.toMatchObject({
      stdout: expect.stringContaining('script not found') as string,
    });
  });
});

describe('the saved entries', () => {
  it('are changed by way of a name that nobody can know before, and keep their mode', async () => {
    const home = await temporaryFolder('belay-pm2-');
    const dump = join(home, 'dump.pm2');
    const canary = join(await temporaryFolder('belay-canary-'), 'canary');
    await writeFile(canary, 'untouched');
    await writeFile(dump, JSON.stringify([entry, { ...entry, name: 'other' }]));
    await chmod(dump, 0o640);
    await symlink(canary, `${dump}.belay`);
    const given = `${JSON.stringify({ id: 0, entry })}\n${JSON.stringify([entry])}\n`;
    expect(await ask(given, 'unsave', home)).toBe('the saved entries are changed');
    expect(JSON.parse(await readFile(dump, 'utf8'))).toEqual([
      { ...entry, status: 'stopped' },
      { ...entry, name: 'other' },
    ]);
    expect((await stat(dump)).mode & 0o777).toBe(0o640);
    expect(await ask(given, 'resave', home)).toBe('the saved entries are changed');
    expect(JSON.parse(await readFile(dump, 'utf8'))).toEqual([entry, { ...entry, name: 'other' }]);
    expect(await readFile(canary, 'utf8')).toBe('untouched');
    expect((await readdir(home)).sort()).toEqual(['dump.pm2', 'dump.pm2.belay']);
  });
});
