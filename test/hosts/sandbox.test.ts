import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import {
  createSandbox,
  destroyServer,
  findSandbox,
  listSandboxes,
  serverNames,
} from '../../src/sandbox/index.js';
import { ensureBase } from '../../src/sandbox/base.js';
import { machineName } from '../../src/sandbox/network.js';
import { ensureTools } from '../../src/sandbox/tools.js';
import { describeOnServers, ownState } from '../on-servers.js';

describeOnServers('sandbox servers', () => {
  const state = ownState();
  const say = (text: string) => {
    console.log(text);
  };

  beforeAll(async () => {
    await ensureTools(say);
    await ensureBase(say);
  });

  /** What a server leaves on this machine: mounts, processes, links, cgroups, files. */
  function traces(name: string): string[] {
    const machine = machineName(name);
    const commands = [
      ['grep', state(), '/proc/self/mounts'],
      ['pgrep', '-af', machine],
      ['ip', '-brief', 'link', 'show', `ve-${machine}`],
      ['find', '/sys/fs/cgroup', '-name', `belay-${machine}`],
      ['find', '/run/systemd/nspawn/propagate', '-name', machine],
      ['find', join(state(), 'sandbox/servers'), '-mindepth', '1'],
    ];
    return commands.flatMap(([file = '', ...args]) => {
      try {
        const output = execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
        return output.split('\n').filter(Boolean);
      } catch {
        return [];
      }
    });
  }

  test('a server is up when it is made, and leaves nothing behind when it is destroyed', async () => {
    const started = Date.now();
    const server = await createSandbox({ name: 'web1' });
    console.log(`created in ${Date.now() - started} ms`);

    const seen = await server.exec('hostname; id -un; systemctl is-active ssh nginx cron; pm2 --version');
    expect(seen.stdout.split('\n')).toEqual(
      expect.arrayContaining(['web1', 'root', 'active', expect.stringMatching(/^\d+\.\d+\.\d+$/)]),
    );
    expect(seen.stdout).not.toContain('inactive');
    expect((await server.exec('exit 7')).code).toBe(7);
    expect(await listSandboxes()).toEqual([
      expect.objectContaining({ name: 'web1', state: 'running', address: server.address, like: 'plain' }),
    ]);
    expect(traces('web1')).not.toEqual([]);

    await server.destroy();
    expect(traces('web1')).toEqual([]);
    expect(await listSandboxes()).toEqual([]);
  });

  test('two servers do not see each other’s processes', async () => {
    const [one, two] = await Promise.all([createSandbox({ name: 'one' }), createSandbox({ name: 'two' })]);
    expect(one.address).not.toBe(two.address);
    await one.exec('systemd-run --quiet --unit=only-here sleep 1000');
    const units = (await two.exec('systemctl list-units --all --no-legend; systemd-cgls --no-pager')).stdout;
    expect(units).toContain('nginx.service');
    expect(units).not.toContain('only-here');

    await two.exec('systemctl restart nginx');
    expect((await one.exec('systemctl is-active nginx only-here')).stdout).toBe('active\nactive\n');
    await Promise.all([one.destroy(), two.destroy()]);
    expect([...traces('one'), ...traces('two')]).toEqual([]);
  });

  test('the name of a server that runs is not given again', async () => {
    const server = await createSandbox({ name: 'taken' });
    await expect(createSandbox({ name: 'taken' })).rejects.toThrow(/taken is there already \(running\)/);
    expect((await server.exec('true')).code).toBe(0);
    await server.destroy();
  });

  test('a server whose process died is listed as dead, and its name can be used again', async () => {
    const server = await createSandbox({ name: 'mortal' });
    await server.exec('echo mine >/root/file');
    const pid = Number(readFileSync(join(state(), 'sandbox/servers/mortal/pid'), 'utf8').split(' ')[0]);
    process.kill(pid, 'SIGKILL');
    await expect.poll(async () => (await listSandboxes())[0]?.state, { timeout: 10_000 }).toBe('dead');
    await expect(findSandbox('mortal')).rejects.toThrow(/mortal is dead/);

    const again = await createSandbox({ name: 'mortal' });
    expect((await again.exec('cat /root/file')).code).not.toBe(0);
    await again.destroy();
    expect(traces('mortal')).toEqual([]);
  });

  test.each([50, 150, 300, 500, 800, 1500])(
    'what a maker that was killed after %i ms left behind can be cleared away',
    async (ms) => {
      const module = pathToFileURL('dist/sandbox/index.js').href;
      expect(existsSync(new URL(module)), 'expected a build: npm run build').toBe(true);
      const code = `const { createSandbox } = await import('${module}'); console.log('starts');
        await createSandbox({ name: 'orphan', like: 'incident' });`;
      const maker = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'pipe' });
      await new Promise((resolve) => maker.stdout.once('data', resolve));
      await sleep(ms);
      maker.kill('SIGKILL');
      await new Promise((resolve) => maker.once('close', resolve));

      const states = (await listSandboxes()).map((server) => server.state);
      expect(states.every((each) => each === 'incomplete' || each === 'dead')).toBe(true);
      if (ms % 100 === 0) {
        const server = await createSandbox({ name: 'orphan' });
        expect((await server.exec('hostname')).stdout).toBe('orphan\n');
      }
      if ((await serverNames()).includes('orphan')) await destroyServer('orphan');
      await expect.poll(() => traces('orphan'), { timeout: 10_000 }).toEqual([]);
    },
  );

  test('one that was destroyed before it came to start does not start any more, and leaves nothing behind', () => {
    const machine = machineName('late');
    mkdirSync(join(state(), 'late'));
    const args = ['sandbox/boot.sh', join(state(), 'late'), machine, 'late', 'permit-withdrawn'];
    expect(spawnSync('/bin/sh', args, { encoding: 'utf8' })).toMatchObject({
      status: 1,
      stdout: '',
      stderr: '',
    });
    expect(traces('late')).toEqual([]);
    rmSync(join(state(), 'late'), { recursive: true });
  });

  test('a name that no host can have is refused', async () => {
    await expect(createSandbox({ name: 'Not a name' })).rejects.toThrow(
      /"Not a name" is no name for a server/,
    );
    expect(await serverNames()).toEqual([]);
  });
});
