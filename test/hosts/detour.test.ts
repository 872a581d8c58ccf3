import { beforeAll, expect, test } from 'vitest';
import type { Outcome } from '../../src/cli/output/schema.js';
import { until } from '../../src/sandbox/wait.js';
import { createSandbox, type SandboxServer } from '../../src/sandbox/index.js';
import { belay, deploy } from '../incident/belay.js';
import { describeOnServers, ownState } from '../on-servers.js';
import { makeVersion, type VersionOptions } from './detour/version.js';
import { failedVisits, startVisitors, versionsOf, type Visit } from './detour/visitors.js';

const name = 'detour';

/** One server, and visitors all the time. */
describeOnServers('a deployment that visitors do not notice', () => {
  ownState();
  let server: SandboxServer;

  beforeAll(async () => {
    const { code, stderr } = await belay(['up']);
    expect(code, stderr).toBe(0);
    server = await createSandbox({ name, like: 'incident' });
  });

  async function on(command: string): Promise<string> {
    const { code, stdout, stderr } = await server.exec(command);
    if (code !== 0) throw new Error(`${command}: exit ${code}: ${stderr}`);
    return stdout;
  }

  /** nginx's files, byte for byte, and all that a detour makes on the host. */
  const traces = () =>
    on(`find /etc/nginx -type f -exec sha256sum {} + -o -type l -exec ls -l {} + | sort -k 2
      ls -A /etc/nginx/sites-enabled /etc/nginx/sites-available /etc/nginx/conf.d
      ls /etc/systemd/system /etc/systemd/system/sysinit.target.wants | grep -- -back; ls -d /srv/words.belay/releases/*/rehearsal
      systemctl list-units --all --plain --no-legend '*detour*'; true`);

  interface During {
    outcome: Outcome;
    visits: Visit[];
  }

  async function during(act: () => Promise<Outcome>, faulty?: string): Promise<During> {
    const before = await traces();
    const visitors = startVisitors(server);
    let outcome: Outcome;
    try {
      outcome = await act();
    } finally {
      await visitors.stop();
    }
    const { visits } = visitors;
    expect(await traces()).toBe(before);
    expect(visits.length).toBeGreaterThan(100);
    expect(failedVisits(visits, faulty), JSON.stringify(outcome)).toEqual([]);
    return { outcome, visits };
  }

  async function deployed(version: string, options: VersionOptions = {}): Promise<Outcome> {
    const source = await makeVersion(name, version, options);
    const { outcome } = await deploy(source.config, server);
    await source.remove();
    return outcome;
  }

  test('the first deployment moves what is shared, so it restarts the app', async () => {
    const outcome = await deployed('one');
    expect(outcome).toMatchObject({ outcome: 'succeeded', cause: null });
    expect(outcome.steps.map((step) => step.name)).not.toContain('detour');
  }, 240_000);

  test('a good version costs nobody a request', async () => {
    const { outcome, visits } = await during(() => deployed('two'));
    expect(outcome).toMatchObject({ outcome: 'succeeded', cause: null, downtimeSeconds: 0 });
    expect(outcome.steps.map((step) => step.name)).toEqual(
      expect.arrayContaining(['rehearse', 'detour', 'stop', 'start', 'leaveDetour']),
    );
    expect(versionsOf(visits)).toEqual(['one', 'two']);
  }, 240_000);

  test('going back and forth costs nobody a request', async () => {
    const back = async () =>
      JSON.parse(
        (await belay(['rollback', '--json', '--yes', '--config', source.config], server)).stdout,
      ) as Outcome;
    const source = await makeVersion(name, 'two', {});
    const { outcome, visits } = await during(back);
    expect(outcome).toMatchObject({ outcome: 'succeeded', cause: null, downtimeSeconds: 0 });
    expect(outcome.steps.map((step) => step.name)).toContain('leaveDetour');
    expect(versionsOf(visits)).toEqual(['two', 'one']);
    const again = await during(back);
    expect(again.outcome).toMatchObject({ outcome: 'succeeded', cause: null, downtimeSeconds: 0 });
    expect(versionsOf(again.visits)).toEqual(['one', 'two']);
    await source.remove();
  }, 240_000);

  test('one that fails in verify is left by a reload', async () => {
    const wrong = {
      verify:
        '{ internal: [/], external: [{ url: "https://words.example.test/", contains: "no such words" }] }',
    };
    const { outcome, visits } = await during(() => deployed('wrong', { settings: wrong }));
    expect(outcome).toMatchObject({ outcome: 'rolled-back', downtimeSeconds: 0, remains: [] });
    expect(outcome.steps.map((step) => step.name)).not.toContain('stop');
    expect(versionsOf(visits)).toEqual(['two', 'wrong']);
    expect(visits.at(-1)?.version).toBe('two');
  }, 240_000);

  test('one that fails in soak costs what it answered itself', async () => {
    const { outcome, visits } = await during(async () => {
      const source = await makeVersion(name, 'ailing', {
        ails: true,
        settings: { soak: '10m', approval: 'automatic' },
      });
      const begun = await belay(['deploy', '--detach', '--json', '--config', source.config], server);
      const { deployment } = JSON.parse(begun.stdout) as Outcome;
      const now = async () =>
        JSON.parse((await belay(['status', deployment, '--json'], server)).stdout) as Outcome;
      const soaks = async () => (await now()).steps.some(({ name: step }) => step === 'soak') || undefined;
      expect(await until(soaks, { deadlineMs: 120_000, everyMs: 500 })).toBe(true);
      await on('touch /srv/words/data/ail');
      await belay(['watch', deployment], server);
      await source.remove();
      return now();
    }, 'ailing');
    expect(outcome).toMatchObject({ outcome: 'rolled-back', remains: [] });
    // What the faulty release answered is an outage too, and over with its last answer.
    expect(outcome.outages?.length ?? 0).toBeGreaterThan(0);
    expect(outcome.cause).toContain('soak');
    expect(versionsOf(visits)).toEqual(['two', 'ailing']);
    expect(visits.at(-1)).toMatchObject({ version: 'two', status: 200 });
  }, 240_000);
});
