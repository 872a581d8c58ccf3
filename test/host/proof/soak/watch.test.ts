import { spawn } from 'node:child_process';
import {
  appendFile,
  chmod,
  chown,
  mkdir,
  mkdtemp,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Keeper } from '../../../../src/domain/app/keeper.js';
import { Watch } from '../../../../src/host/proof/soak/watch.js';
import { loadFile } from '../../../../src/host/scripts.js';
import { LocalSession } from '../../local-session.js';

let folder: string;
let log: string;
const never = new AbortController().signal;
const line = (status: number, path = '/tools?token=secret') =>
  `203.0.113.7 - - [24/Nov/2026:10:15:00 +0000] "GET ${path} HTTP/1.1" ${status} 157 "-" "curl"\n`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belay-watch-'));
  log = join(folder, 'access.log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const watching = (shared = false, stopped: { keeper: Keeper; label: string }[] = []) =>
  new Watch(new LocalSession(), { logs: [{ file: log, shared }], stopped });

describe('the release that visitors were led to', () => {
  const format =
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time';
  const led = 100;
  /** A line written so many seconds ago, of an answer that took so long. */
  const written = (secondsAgo: number, status = 200, took = '0.020') => {
    const at = new Date(Date.now() - secondsAgo * 1000);
    const [, month = '', day = '', year = '', time = ''] =
      /^\w+ (\w+) (\d+) (\d+) ([\d:]+)/.exec(at.toString()) ?? [];
    return `203.0.113.7 - - [${day}/${month}/${year}:${time} +0000] "GET /tools HTTP/1.1" ${status} 157 "-" "curl" ${took}\n`;
  };
  const leading = (shared = false) =>
    new Watch(new LocalSession(), {
      logs: [{ file: log, shared, format }],
      stopped: [],
      ledSecondsAgo: led,
    });

  it('is held against the old one of the minutes before, whatever was read at once', async () => {
    const old = written(200).repeat(190) + written(150, 502).repeat(10);
    await writeFile(
      log,
      written(2000, 500).repeat(100) + old + written(50).repeat(95) + written(40, 500).repeat(5),
    );
    const watch = leading();
    expect(await watch.look([], never)).toEqual([]);
    expect(watch.canary()).toBe(
      '5xx 5.0 % of 100 requests, before 5.0 % of 200; 95 of 100 within 20 ms, before within 20 ms',
    );
    expect(watch.evidence()).toEqual([
      `${log}: 100 requests, 5 answered 5xx`,
      `beside the old version: ${watch.canary() ?? ''}`,
    ]);
  });

  it('is at fault where it answers twice as many errors', async () => {
    await writeFile(log, written(200).repeat(1000) + written(10).repeat(900) + written(9, 500).repeat(9));
    const [fault] = await leading().look([], never);
    expect(fault).toBe(
      `visitors get more errors than from the old version: 5xx 1.0 % of 909 requests, before 0.0 % of 1000 (${'500 GET /tools, '.repeat(5).slice(0, -2)}; ${log})`,
    );
  });

  it('is at fault where visitors wait twice as long', async () => {
    await writeFile(log, written(200).repeat(200));
    const watch = leading();
    expect(await watch.look([], never)).toEqual([]);
    await appendFile(log, written(5).repeat(80) + written(5, 200, '0.150').repeat(20));
    const [fault] = await watch.look([], never);
    expect(fault).toMatch(
      /^visitors wait longer than for the old version: 95 of 100 of 100 requests within 15\d ms, before within 20 ms/,
    );
  });

  it('is at no fault for what the old one still answers, what belay asks, and what chance has', async () => {
    const belays = written(5, 502).replace('"curl"', '"belay"');
    await writeFile(
      log,
      written(200).repeat(200) +
        written(50, 200, '80.000').repeat(50) +
        belays.repeat(50) +
        written(5).repeat(97) +
        written(5, 200, '0.900').repeat(3),
    );
    const watch = leading();
    expect(await watch.look([], never)).toEqual([]);
    expect(watch.canary()).toContain('of 100 requests, before 0.0 % of 200; 95 of 100 within 20 ms');
  });

  it('is not judged by too few, nor by what other sites log; and of what a log does not say nothing is said', async () => {
    await writeFile(log, written(200).repeat(200) + written(5, 500).repeat(2));
    const few = leading();
    expect(await few.look([], never)).toEqual([]);
    expect(few.canary()).toBe('too few requests to hold the releases against each other: 2, before 200');
    await writeFile(log, written(200).repeat(200) + written(5, 500).repeat(200));
    const others = leading(true);
    expect(await others.look([], never)).toEqual([]);
    expect(others.canary()).toBeUndefined();
    await writeFile(log, (written(200) + written(5)).repeat(100));
    const bare = new Watch(new LocalSession(), {
      logs: [{ file: log, shared: false }],
      stopped: [],
      ledSecondsAgo: led,
    });
    expect(await bare.look([], never)).toEqual([]);
    expect(bare.canary()).toBe(
      '5xx 0.0 % of 100 requests, before 0.0 % of 100; the log does not say how long they took',
    );
  });
});

describe('what visitors get', () => {
  it('is told from what they got before', async () => {
    await writeFile(log, line(500).repeat(100));
    const watch = watching();
    expect(await watch.look([], never)).toEqual([]);
    await appendFile(log, line(200).repeat(60) + line(500).repeat(4));
    // Half of it failed before too.
    expect(await watch.look([], never)).toEqual([]);
    expect(watch.evidence()).toEqual([`${log}: 64 requests, 4 answered 5xx`]);
  });

  it('is a fault where it gets worse, with what they asked, but neither who nor with what', async () => {
    await writeFile(log, line(200).repeat(50) + line(502).repeat(30));
    const watch = watching();
    await watch.look([], never);
    await appendFile(log, line(200).repeat(10) + line(500).repeat(3));
    const [fault] = await watch.look([], never);
    expect(fault).toBe(
      `visitors get errors: 3 of 13 requests since it is watched were answered 5xx (500 GET /tools, 500 GET /tools, 500 GET /tools; ${log})`,
    );
  });

  it('is not what belay itself asks meanwhile', async () => {
    await writeFile(log, line(200));
    const watch = watching();
    await watch.look([], never);
    const agent = /-A '(.+)'/.exec(await loadFile('visitors.sh'))?.[1] ?? '';
    await appendFile(log, line(502).replace('curl', agent).repeat(20) + line(200));
    expect(await watch.look([], never)).toEqual([]);
    expect(watch.evidence()).toEqual([`${log}: 1 requests, 0 answered 5xx`]);
  });

  it.skipIf(userInfo().uid !== 0)(
    'is read over no link that whom the log’s folder belongs to planted',
    async () => {
      const other = await mkdtemp(join(tmpdir(), 'belay-watch-'));
      const secret = join(other, 'log');
      await writeFile(secret, line(200), { mode: 0o600 });
      await chown(folder, 65_534, 65_534);
      await chmod(folder, 0o755);
      await symlink(secret, log);
      const watch = watching();
      await watch.look([], never);
      await appendFile(secret, line(500, '/roots-own').repeat(9));
      expect(await watch.look([], never)).toEqual([]);
      expect(watch.evidence()).toEqual([`${log}: cannot be read`]);
      await rm(other, { recursive: true });

      // A log of the folder's own is read, as that user.
      await rm(log);
      await writeFile(log, line(200));
      const honest = watching();
      await honest.look([], never);
      await appendFile(log, line(200).repeat(3));
      expect(await honest.look([], never)).toEqual([]);
      expect(honest.evidence()).toEqual([`${log}: 3 requests, 0 answered 5xx`]);
    },
  );

  it('is only told where other sites log to the same file', async () => {
    await writeFile(log, '');
    const watch = watching(true);
    await watch.look([], never);
    await appendFile(log, line(500).repeat(9));
    expect(await watch.look([], never)).toEqual([]);
    expect(watch.evidence()).toEqual([`${log}: 9 requests, other sites’ among them, 9 answered 5xx`]);
  });

  it('is read on from where it was read to, also after the log was rotated, and from JSON', async () => {
    await writeFile(log, line(200));
    const watch = watching();
    await watch.look([], never);
    await appendFile(log, line(200));
    await watch.look([], never);
    await rename(log, `${log}.1`);
    await writeFile(log, '{"status": "200", "request": "GET / HTTP/1.1"}\n{"status":404}\n');
    await watch.look([], never);
    await watch.look([], never);
    expect(watch.evidence()).toEqual([`${log}: 3 requests, 0 answered 5xx`]);
  });

  it('of a log of 10 GB with bytes that are no text is read in bounded time', async () => {
    await writeFile(log, '');
    await truncate(log, 10 * 1024 ** 3);
    const watch = watching();
    const began = performance.now();
    await watch.look([], never);
    await appendFile(
      log,
      Buffer.concat([Buffer.from([0, 255, 10, 27, 200]), Buffer.from(`\n${line(500, '/\u0001ü')}`)]),
    );
    await truncate(log, 20 * 1024 ** 3);
    await watch.look([], never);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('in bytes that are no text is counted as far as it is one', async () => {
    await writeFile(log, '');
    const watch = watching();
    await watch.look([], never);
    await appendFile(
      log,
      Buffer.concat([Buffer.from([0, 255, 27, 200, 10]), Buffer.from(line(500, '/\u0001ü').repeat(3))]),
    );
    const [fault] = await watch.look([], never);
    expect(fault).toContain('3 of 3 requests');
    // eslint-disable-next-line no-control-regex -- a terminal must not be given these
    expect(fault).not.toMatch(/[\u0000-\u001f]/);
    expect(watch.evidence()[0]).toContain('1 lines in a format that is not known');
  });

  it('is said to be unreadable where there is no log', async () => {
    const watch = watching();
    await watch.look([], never);
    expect(watch.evidence()).toEqual([`${log}: cannot be read`]);
  });
});

describe('what was stopped', () => {
  it('is noticed when pm2 runs it again, and not by a pid that has gone to another', async () => {
    const keeper: Keeper = {
      kind: 'pm2',
      user: userInfo().username,
      home: folder,
      command: 'pm2',
      id: 0,
      name: 'my words',
    };
    const watch = watching(false, [{ keeper, label: 'pm2 entry my words (id 0) of root' }]);
    await mkdir(join(folder, 'pids'));
    const file = join(folder, 'pids', 'my-words-0.pid');
    await writeFile(file, String(process.pid));
    expect(await watch.look([], never)).toEqual([]);

    const daemon = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], {
      argv0: `PM2 v5.3.0: God Daemon (${folder})`,
      detached: true,
    });
    try {
      const [pid] = await new Promise<string[]>((resolve) =>
        daemon.stdout.once('data', (data: Buffer) => resolve(data.toString().split('\n'))),
      );
      await writeFile(file, pid ?? '');
      expect(await watch.look([], never)).toEqual([
        'pm2 entry my words (id 0) of root was stopped and is back',
      ]);
    } finally {
      process.kill(-(daemon.pid ?? expect.fail('no daemon')), 'SIGKILL');
    }
  });

  it('is noticed when its unit is active again', async () => {
    const [bin, active] = [join(folder, 'bin'), join(folder, 'active')];
    await mkdir(bin);
    const systemctl = `#!/bin/sh\n[ "$*" = 'is-active --quiet old.service' ] && [ -e ${active} ]\n`;
    await writeFile(join(bin, 'systemctl'), systemctl, { mode: 0o755 });
    const session = new LocalSession({ env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` } });
    const keeper: Keeper = { kind: 'unit', unit: 'old.service' };
    const watch = new Watch(session, { logs: [], stopped: [{ keeper, label: 'unit old.service' }] });
    expect(await watch.look([], never)).toEqual([]);
    await writeFile(active, '');
    expect(await watch.look([], never)).toEqual(['unit old.service was stopped and is back']);
  });

  it('is noticed when supervisord has the program again, also while it only tries to start it', async () => {
    const command = join(folder, 'supervisorctl');
    const state = join(folder, 'state');
    // As supervisorctl 4 prints it; its exit status is 3 where a program does not run.
    await writeFile(
      command,
      `#!/bin/sh\n[ "$1 $2 $3 $4" = "-c /etc/sup.conf status web:words" ] || exit 9\ncat ${state}; exit 3\n`,
      { mode: 0o755 },
    );
    const keeper: Keeper = {
      kind: 'supervisor',
      config: '/etc/sup.conf',
      command,
      name: 'web:words',
      file: '/etc/sup.conf',
      section: 'program:words',
    };
    const watch = watching(false, [{ keeper, label: 'supervisor program web:words' }]);
    const look = async (says: string) => {
      await writeFile(state, `${says}\n`);
      return watch.look([], never);
    };
    const back = ['supervisor program web:words was stopped and is back'];
    expect(await look('web:words        STOPPED   Nov 24 09:00 AM')).toEqual([]);
    expect(await look('unix:///var/run/supervisor.sock no such file')).toEqual([]);
    expect(await look('web:words_1      RUNNING   pid 812, uptime 0:03:41')).toEqual([]);
    expect(await look('web:words        RUNNING   pid 812, uptime 0:03:41')).toEqual(back);
    expect(await look('web:words        BACKOFF   Exited too quickly')).toEqual(back);
  });

  it('is noticed when its cron line is there again', async () => {
    const source = join(folder, 'words');
    const text = '*/5 * * * * root /srv/words/start.sh';
    const keeper: Keeper = { kind: 'cron', source, line: 1, text };
    const watch = watching(false, [{ keeper, label: 'cron line 1' }]);
    await writeFile(source, `# belay: ${text}\n`);
    expect(await watch.look([], never)).toEqual([]);
    await writeFile(source, `${text}\n`);
    expect(await watch.look([], never)).toEqual(['cron line 1 was stopped and is back']);
  });
});

it('memory of what serves is told', async () => {
  const watch = new Watch(new LocalSession(), { logs: [], stopped: [] });
  await watch.look([process.pid], never);
  expect(watch.evidence()[0]).toMatch(/^memory: [1-9]\d* MB at first, \d+ MB at last/);
});
