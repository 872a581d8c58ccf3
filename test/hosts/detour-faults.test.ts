import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Outcome } from '../../src/cli/output/schema.js';
import { createSandbox, type SandboxServer } from '../../src/sandbox/index.js';
import { until } from '../../src/sandbox/wait.js';
import { belay, deploy } from '../incident/belay.js';
import { describeOnServers, ownState } from '../on-servers.js';
import { makeVersion } from './detour/version.js';
import { failedVisits, startDownload, startVisitors, type Visitors } from './detour/visitors.js';

const name = 'detour';

/** What can go wrong in the middle of a detour. Run by hand, see CONTRIBUTING.md. */
describeOnServers('a detour in the middle of which', () => {
  const state = ownState();
  let server: SandboxServer;

  beforeAll(async () => {
    await up();
    server = await createSandbox({ name, like: 'incident' });
    const source = await makeVersion(name, 'one', { lasts: true });
    expect((await deploy(source.config, server)).outcome).toMatchObject({ outcome: 'succeeded' });
    await source.remove();
  }, 180_000);

  async function up(): Promise<void> {
    const { code, stderr } = await belay(['up']);
    expect(code, stderr).toBe(0);
  }

  async function on(command: string): Promise<string> {
    const { code, stdout, stderr } = await server.exec(command);
    if (code !== 0) throw new Error(`${command}: exit ${code}: ${stderr}`);
    return stdout;
  }

  const files = () =>
    on(`find /etc/nginx -type f -exec sha256sum {} + | sort -k 2; ls -A /etc/nginx/sites-enabled
      ls /etc/systemd/system /etc/systemd/system/sysinit.target.wants | grep -- -back; true`);

  /** A deployment that soaks for long, once visitors are at the release. */
  async function soaking(version: string, settings: Record<string, string>, visitors: Visitors) {
    const source = await makeVersion(name, version, {
      settings: { soak: '10m', approval: 'automatic', ...settings },
    });
    const begun = await belay(['deploy', '--detach', '--json', '--config', source.config], server);
    const there = await until(
      () => Promise.resolve(visitors.visits.some((visit) => visit.version === version) || undefined),
      { deadlineMs: 90_000, everyMs: 100 },
    );
    expect(there, begun.stdout + begun.stderr).toBe(true);
    return { source, id: (JSON.parse(begun.stdout) as Outcome).deployment };
  }

  async function visitedAgain(version: string, visitors: Visitors): Promise<void> {
    const again = await until(
      () => Promise.resolve(visitors.visits.at(-1)?.version === version || undefined),
      { deadlineMs: 90_000, everyMs: 100 },
    );
    expect(again, JSON.stringify(visitors.visits.at(-1))).toBe(true);
  }

  async function kill(...parts: ('temporal' | 'worker')[]): Promise<void> {
    for (const part of parts) {
      const { pid } = JSON.parse(await readFile(join(state(), `${part}.json`), 'utf8')) as { pid: number };
      process.kill(pid, 'SIGKILL');
    }
  }

  async function ended(id: string): Promise<Outcome> {
    await belay(['watch', id], server);
    return JSON.parse((await belay(['status', id, '--json'], server)).stdout) as Outcome;
  }

  test('the machine that deploys dies: the host itself leads visitors back, and nobody notices', async () => {
    const before = await files();
    const visitors = startVisitors(server);
    const { source, id } = await soaking('silent', { deadman: '5s' }, visitors);
    expect(await files()).not.toBe(before);
    await kill('temporal', 'worker');
    await visitedAgain('one', visitors);
    expect(failedVisits(await visitors.stop())).toEqual([]);
    await until(async () => (await files()) === before || undefined, { deadlineMs: 60_000, everyMs: 500 });
    expect(await files()).toBe(before);
    await up();
    expect(await ended(id)).toMatchObject({ outcome: 'rolled-back', remains: [] });
    expect(await on(`systemctl list-units --all --plain --no-legend '*detour*'`)).toBe('');
    await source.remove();
  }, 240_000);

  test('the worker dies alone: another one goes on, and nobody notices', async () => {
    const before = await files();
    const visitors = startVisitors(server);
    const { source, id } = await soaking('orphaned', {}, visitors);
    await kill('worker');
    await up();
    await belay(['abort', id, '--reason', 'the test says so'], server);
    expect(await ended(id)).toMatchObject({ outcome: 'aborted', downtimeSeconds: 0, remains: [] });
    expect(failedVisits(await visitors.stop())).toEqual([]);
    expect(await files()).toBe(before);
    await source.remove();
  }, 240_000);

  test('the release fails after the old version’s stop: visitors stay at the spare address until that is back', async () => {
    const before = await files();
    const visitors = startVisitors(server);
    // Commands are run once the release is at its own address.
    const verify = '{ internal: [/], commands: ["false"] }';
    const source = await makeVersion(name, 'late', { settings: { verify, approval: 'automatic' } });
    const { outcome } = await deploy(source.config, server);
    expect(outcome).toMatchObject({ outcome: 'rolled-back', downtimeSeconds: 0, remains: [] });
    expect(outcome.steps.map((step) => step.name)).toEqual(
      expect.arrayContaining(['detour', 'stop', 'start', 'undoDetour']),
    );
    await visitedAgain('one', visitors);
    expect(failedVisits(await visitors.stop())).toEqual([]);
    expect(await files()).toBe(before);
    await source.remove();
  }, 240_000);

  test('a download and a stream are under way: neither is cut', async () => {
    const visitors = startVisitors(server, 5);
    const big = await startDownload(server, '/big', 5e6);
    const stream = await startDownload(server, '/stream', 1e6);
    const source = await makeVersion(name, 'patient', { lasts: true });
    const { outcome } = await deploy(source.config, server);
    expect(outcome).toMatchObject({ outcome: 'succeeded', downtimeSeconds: 0 });
    expect(await big.whole).toBe(100e6);
    // The lines 0 to 39.
    expect(await stream.whole).toBe(110);
    expect(failedVisits(await visitors.stop())).toEqual([]);
    const again = await makeVersion(name, 'one', { lasts: true });
    expect((await deploy(again.config, server)).outcome).toMatchObject({ outcome: 'succeeded' });
    await source.remove();
    await again.remove();
  }, 300_000);

  test('somebody edits nginx’s file: only the address is put back in it', async () => {
    const visitors = startVisitors(server);
    const before = await on('cat /etc/nginx/sites-enabled/words');
    const { source, id } = await soaking('edited', {}, visitors);
    await on(
      `sed -i 's/# *nothing//; 1i # edited meanwhile' /etc/nginx/sites-enabled/words && nginx -s reload 2>&1`,
    );
    await belay(['abort', id, '--reason', 'the test says so'], server);
    expect(await ended(id)).toMatchObject({ outcome: 'aborted', remains: [] });
    expect(failedVisits(await visitors.stop())).toEqual([]);
    expect(await on('cat /etc/nginx/sites-enabled/words')).toBe(`# edited meanwhile\n${before}`);
    await on(`sed -i 1d /etc/nginx/sites-enabled/words && nginx -s reload 2>&1`);
    await source.remove();
  }, 240_000);

  test('the server starts anew: its nginx leads to the old version from the first request on', async () => {
    const before = await files();
    const visitors = startVisitors(server, 10);
    const { source, id } = await soaking('rebooted', { deadman: 'off' }, visitors);
    await visitors.stop();
    await server.reboot();
    const after = startVisitors(server, 10);
    await visitedAgain('one', after);
    await after.stop();
    expect(after.visits.some(({ version }) => version === 'rebooted')).toBe(false);
    expect(await on('sha256sum </etc/nginx/sites-enabled/words')).toBe(
      `${
        before
          .split('\n')
          .find((line) => line.endsWith('/sites-enabled/words'))
          ?.split(' ')[0] ?? ''
      }  -\n`,
    );
    expect(await ended(id)).toMatchObject({ outcome: 'rolled-back', remains: [] });
    expect(await files()).toBe(before);
    await source.remove();
  }, 240_000);
});
