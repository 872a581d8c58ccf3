import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Bind } from '../../../src/domain/app/address.js';
import { systemdManager } from '../../../src/host/keepers/systemd.js';
import { judge, proveProcess, readSeen } from '../../../src/host/proof/process-proof.js';
import type { Expected } from '../../../src/host/proof/process-proof.js';
import { app } from '../../activities/local-host.js';
import { LocalSession } from '../local-session.js';
import { temporaryFolder } from '../../temporary.js';

const release = '20261124T101500Z-1f0c9a2b';
const tree = `/srv/words.belay/releases/${release}/tree`;
const expected: Expected = {
  manager: systemdManager(app),
  bind: { kind: 'port', port: 9999, from: 'nginx' },
  tree,
  release,
};

/** What prove-process.sh prints of a host on which all is well. */
const well = `ticks 100
tree ${tree}
keeper ActiveState=active
keeper SubState=running
keeper Result=success
keeper NRestarts=0
keeper MainPID=412
keeper ExecMainStartTimestampMonotonic=50000000
listener 7001 0100007F:270F
process 412 5000 7001
cgroup 412 /system.slice/belay-words.service
cwd 412 ${tree}
release 412 ${release}
process 413 5003 7001
cgroup 413 /system.slice/belay-words.service
cwd 413 ${tree}/web
`;

const faults = (output: string) => judge(readSeen(output), expected).faults;
const fallen = (output: string) => judge(readSeen(output), expected).state.fallen;

describe('what is expected of the process', () => {
  it('is proved, and told in one line', () => {
    const { faults: none, evidence } = judge(readSeen(well), expected);
    expect(none).toEqual([]);
    expect(evidence).toBe(
      `1 listener on 127.0.0.1:9999, pid 412, 413, all of belay-words.service, in …/releases/${release}/tree, BELAY_RELEASE as expected`,
    );
  });

  it('holds within a container and under cgroup v1 paths, and for sub-groups', () => {
    const deeper = well.replaceAll(
      '/system.slice/belay-words.service',
      '/machine/x/system.slice/belay-words.service/web',
    );
    expect(faults(deeper)).toEqual([]);
  });

  it.each([
    [
      'the unit is not active',
      ['ActiveState=active', 'ActiveState=failed'],
      'expected belay-words.service to be active, it is failed',
    ],
    ['the unit was restarted', ['NRestarts=0', 'NRestarts=2'], 'systemd had to restart it 2 times'],
    [
      'another unit’s process shares the port',
      ['cgroup 413 /system.slice/belay-words.service', 'cgroup 413 /system.slice/old.service'],
      'pid 413 listens on 127.0.0.1:9999, but is of old.service, not of belay-words.service',
    ],
    [
      'a unit of a similar name',
      ['cgroup 413 /system.slice/belay-words.service', 'cgroup 413 /system.slice/belay-words.service.d'],
      'pid 413 listens on',
    ],
    [
      'a unit of that name of a user’s own manager',
      [
        'cgroup 413 /system.slice/belay-words.service',
        'cgroup 413 /user.slice/user-1001.slice/user@1001.service/app.slice/belay-words.service',
      ],
      'pid 413 listens on',
    ],
    [
      'a process works elsewhere',
      [`cwd 413 ${tree}/web`, 'cwd 413 /srv/old'],
      'pid 413 listens on 127.0.0.1:9999, but works in /srv/old, not in',
    ],
    ['a folder of a similar name', [`cwd 413 ${tree}/web`, `cwd 413 ${tree}-old`], 'but works in'],
    [
      'an older release is carried',
      [`release 412 ${release}`, 'release 412 20251124T101500Z-aaaaaaaa'],
      'but carries the release 20251124T101500Z-aaaaaaaa',
    ],
    [
      'a process is older than the unit’s start',
      ['process 412 5000 7001', 'process 412 1200 7001'],
      'pid 412 listens on 127.0.0.1:9999, but was started before belay-words.service was',
    ],
    [
      'a listener’s process is hidden',
      ['listener 7001', 'listener 7002 00000000:270F\nlistener 7001'],
      'no process could be found for the listener on 0.0.0.0:9999',
    ],
  ])('not where %s', (_, [from, to], fault) => {
    expect(faults(well.replace(from ?? '', to ?? '')).join('; ')).toContain(fault);
  });

  it('not where nothing listens', () => {
    expect(faults(well.replace(/listener[^]*/, ''))).toEqual([
      'expected a listener on 127.0.0.1:9999, nothing listens there',
    ]);
  });

  it('reads addresses of version 6', () => {
    const addressOf = (hex: string) => readSeen(`listener 1 ${hex}:0050`).listeners[0]?.address;
    expect(addressOf('0'.repeat(32))).toBe('[::]:80');
    expect(addressOf('00000000000000000000000001000000')).toBe('[::1]:80');
    expect(addressOf('0000000000000000FFFF00000100007F')).toBe('[0:0:0:0:0:ffff:7f00:1]:80');
  });

  it('knows a unit that fell', () => {
    expect(fallen(well)).toBe(false);
    expect(fallen(well.replace('SubState=running', 'SubState=auto-restart'))).toBe(true);
    expect(fallen(well.replace('NRestarts=0', 'NRestarts=1'))).toBe(true);
  });
});

describe('on this machine', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** A session on a host whose systemctl says what it is told. */
  async function session(folder: string): Promise<LocalSession> {
    const bin = join(folder, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'systemctl'), '#!/bin/sh\necho ActiveState=active\necho NRestarts=0\n');
    await chmod(join(bin, 'systemctl'), 0o755);
    return new LocalSession({
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
    });
  }

  /** A process that listens and says where. */
  async function listen(cwd: string, at: string): Promise<string> {
    const code = `const s=require('net').createServer().listen(${at},()=>console.log(JSON.stringify(s.address())))`;
    const child = spawn(process.execPath, ['-e', code], {
      cwd,
      env: { ...process.env, BELAY_RELEASE: release },
    });
    children.push(child);
    return new Promise((resolve) => child.stdout.once('data', (said: Buffer) => resolve(said.toString())));
  }

  it('finds who listens on a port, where it works, and what it carries', async () => {
    const folder = await realpath(await temporaryFolder('belay proof '));
    await mkdir(join(folder, 'tree'));
    await symlink(folder, join(folder, 'link'));
    const { port } = JSON.parse(await listen(join(folder, 'tree'), "0, '127.0.0.1'")) as { port: number };
    const bind: Bind = { kind: 'port', port, from: 'test' };
    const { seen, faults: found } = await proveProcess(await session(folder), {
      ...expected,
      bind,
      tree: join(folder, 'link/tree'),
    });
    expect(seen.keeper).toMatchObject({ ActiveState: 'active' });
    expect(seen.listeners.map(({ address }) => address)).toEqual([`127.0.0.1:${port}`]);
    expect(seen.holders).toMatchObject([{ pid: children[0]?.pid, cwd: join(folder, 'tree'), release }]);
    expect(seen.holders[0]?.startTicks).toBeGreaterThan(0);
    // It listens, but of no unit of belay's.
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('not of belay-words.service');
  });

  it('finds who listens on a unix socket', async () => {
    const folder = await realpath(await temporaryFolder('belay proof '));
    const path = join(folder, 'the app.sock');
    await listen(folder, JSON.stringify(path));
    const bind: Bind = { kind: 'socket', path, from: 'test' };
    const { seen } = await proveProcess(await session(folder), { ...expected, bind });
    expect(seen.listeners.map(({ address }) => address)).toEqual([`unix:${path}`]);
    expect(seen.holders.map(({ pid }) => pid)).toEqual([children[0]?.pid]);
  });

  it('says that nothing listens', async () => {
    const folder = await temporaryFolder('belay-proof-');
    const bind: Bind = { kind: 'port', port: 1, from: 'test' };
    const { faults: found } = await proveProcess(await session(folder), { ...expected, bind });
    expect(found).toEqual(['expected a listener on 127.0.0.1:1, nothing listens there']);
  });
});
