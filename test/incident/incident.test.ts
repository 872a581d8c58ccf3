import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/cli/output/schema.js';
import { createSandbox, type SandboxServer } from '../../src/sandbox/index.js';
import { belay, deploy } from './belay.js';
import { clearOfCron } from './clear-of-cron.js';
import { startLoad, type LoadResult } from '../../src/sandbox/load.js';
import { readStatus, type ServerStatus } from './server-state.js';
import { makeSource, type Fault } from './source.js';
import { describeOnServers, ownState } from '../on-servers.js';

const page = 'https://words.example.test/tools/word-counter';

interface Replay {
  code: number;
  outcome: Outcome;
  before: ServerStatus;
  after: ServerStatus;
  load: LoadResult;
}

/** Each opens a connection with TLS of its own: more would take from the site, in its rush hour, the processor's time. */
const perSecond = 20;

/** The evening of the incident, with belay instead of a script, while visitors ask for a page. */
describeOnServers('the incident, replayed', () => {
  ownState();
  let server: SandboxServer;
  let servers = 0;

  beforeAll(async () => {
    const up = await belay(['up']);
    expect(up.code, up.stderr).toBe(0);
  });

  // Another name each time: a deployment that a failed test left unfinished does not lock the next one out.
  const create = async () => {
    servers += 1;
    server = await createSandbox({ name: `words${servers}`, like: 'incident' });
  };

  async function replay(
    fault?: Fault | readonly Fault[],
    settings: string[] = [],
    version?: string,
  ): Promise<Replay> {
    const source = await makeSource({ host: server.name, fault, settings });
    if (version !== undefined) await writeFile(join(source.folder, 'version.py'), `VERSION = "${version}"\n`);
    const before = await settled(server);
    const load = startLoad({ url: page, address: server.address, caFile: server.caFile, perSecond });
    try {
      await sleep(1_000);
      const { code, outcome } = await deploy(source.config, server);
      await sleep(1_000);
      const result = await load.stop();
      const after = outcome.outcome === 'succeeded' ? await readStatus(server) : await settled(server);
      tell([fault ?? 'good'].flat().join(' + '), outcome, result);
      return { code, outcome, before, after, load: result };
    } finally {
      await load.stop();
      await source.remove();
    }
  }

  describe('where something changes', () => {
    beforeEach(create);
    afterEach(() => server.destroy());

    test(
      'the good version takes over, and what would have undone it stays quiet',
      { timeout: 360_000 },
      async () => {
        const { code, outcome, before, after, load } = await replay();
        expect(outcome).toMatchObject({
          outcome: 'succeeded',
          app: 'word-counter',
          host: 'words1',
          port: 9999,
          cause: null,
        });
        expect(code).toBe(0);
        expect(load.versions).toEqual(['1', '2']);
        // Seconds; how many a busy machine makes of them is not asserted.
        expect(load.outageSeconds).toBeLessThan(120);
        expect(load.answers.at(-1)).toMatchObject({ status: 200, version: '2' });
        // Measured, not reckoned: the host asked as the visitors did.
        expect(outcome.outages?.length ?? 0).toBeGreaterThan(0);

        expect(after.app?.user).toBe('www-data');
        expect(after.app?.argv).toContain('127.0.0.1:9999');
        expect(after.app?.env).toMatchObject({
          WORDS_GREETING: 'Welcome back',
          BELAY_RELEASE: outcome.release,
        });
        expect(after.unit).toEqual({ enabled: 'enabled', active: 'active' });
        expect(after.path).toMatchObject({ kind: 'symlink', secrets: before.path.secrets });
        expect(after.path.visits).toBeGreaterThanOrEqual(before.path.visits);
        // Nothing of the deployment stays but the release.
        expect(after.belay.filter((process) => !process.includes('gunicorn'))).toEqual([]);
        expectQuiet(after, before);
        expectNeighbourUntouched(after, before);

        // pm2 had started its entry again every two minutes; that is what took the longest to find.
        await sleep(nextEvenMinute() - Date.now() + 5_000);
        const later = await readStatus(server);
        expectQuiet(later, before);
        expect(later.app).toMatchObject({ pid: after.app?.pid, started: after.app?.started });
        expectNeighbourUntouched(later, before);

        // The first deployment moves what every release shares, and restarts the app for that. No visitor notices the next one.
        const next = await replay(undefined, [], '3');
        expect(next.outcome).toMatchObject({ outcome: 'succeeded', downtimeSeconds: 0, cause: null });
        expect(next.load.failures).toEqual([]);
        expectTurned(next.load, '2', '3');
        expectNeighbourUntouched(next.after, before);
      },
    );

    // A start that fails is in changes.test.ts.
    test.each<Fault>(['page-500'])('%s without rehearsal is rolled back by itself', async (fault) => {
      await clearOfCron();
      const { code, outcome, before, after, load } = await replay(fault, ['rehearse: false']);
      expect(outcome.outcome).toBe('rolled-back');
      expect(outcome.outages).not.toBeNull();
      expect(code).toBe(3);
      expect(load.outageSeconds).toBeLessThan(120);
      expect(load.failures.length).toBeGreaterThan(0);
      expect(load.versions.at(0)).toBe('1');
      expect(load.answers.at(-1)).toMatchObject({ status: 200, version: '1' });

      expect(after.app).not.toBeNull();
      expect(after.app?.pid).not.toBe(before.app?.pid);
      expect(startedAs(after)).toEqual(startedAs(before));
      expect(after.pm2).toEqual(before.pm2);
      expect(after.pm2Saved).toEqual(before.pm2Saved);
      expect(after.crontab).toEqual(before.crontab);
      expect(after.words).toEqual(before.words);
      expect(after.unit.active).toBe('inactive');
      expect(after.unit.enabled).not.toBe('enabled');
      expect(lasting(after).path).toEqual(lasting(before).path);
      expect(after.belay).toEqual([]);
      expectNeighbourUntouched(after, before);
    });
  });

  describe('where nothing may change', () => {
    beforeAll(create);
    afterAll(() => server.destroy());

    test('all of that evening at once is refused, each fault named, and no visitor notices', async () => {
      const { code, outcome, before, after, load } = await replay([
        'missing-brace',
        'elif-after-else',
        'wrong-port',
      ]);
      expect(outcome.outcome).toBe('refused');
      expect(code).toBe(1);
      const blocks = outcome.findings.filter(({ severity }) => severity === 'block');
      const told = Object.fromEntries(
        blocks.map(({ id, message, evidence }) => [id, `${message} ${evidence}`]),
      );
      expect(told).toEqual({
        'jinja2.syntax': expect.stringMatching(/detail_new\.html/) as string,
        'port.mismatch': expect.stringMatching(/3000/) as string,
        'python.syntax': expect.stringMatching(/tools_new\.py.*line|tools_new\.py:\d+/s) as string,
      });
      expectUnnoticed(load);
      expect(lasting(after)).toEqual(lasting(before));
    });

    test.each<Fault>(['start-fails', 'page-500'])(
      '%s fails in rehearsal, and no visitor notices',
      async (fault) => {
        const { code, outcome, before, after, load } = await replay(fault);
        expect(outcome.outcome).toBe('failed');
        expect(code).toBe(1);
        expect(outcome.steps.find((step) => step.status === 'failed')?.name).toBe('rehearse');
        expectUnnoticed(load);
        expect(lasting(after)).toEqual(lasting(before));
      },
    );
  });
});

/** What would bring the wrong process back is out of force, and everything else of cron's and pm2's is as it was. */
function expectQuiet(after: ServerStatus, before: ServerStatus): void {
  expect(after.port3000).toBe(false);
  // pm2's dump is what comes back with the next boot.
  for (const { name, status } of [...after.pm2, ...after.pm2Saved])
    expect([name, status]).toEqual(['words', 'stopped']);
  expect(after.words).toEqual({ enabled: 'disabled', active: 'inactive' });
  const inForce = (status: ServerStatus) => status.crontab.filter((line) => !line.startsWith('#'));
  expect(inForce(after)).toEqual(inForce(before).filter((line) => !line.includes('/srv/words')));
}

function expectUnnoticed(load: LoadResult): void {
  expect(load.failures).toEqual([]);
  expect(load.versions).toEqual(['1']);
  expect(load.answers.length).toBeGreaterThan(20);
}

/**
 * While nginx reloads, its old workers and its new ones accept visitors side by side: for that moment either version may
 * answer. Neither comes before it or after it.
 */
function expectTurned({ answers, versions }: LoadResult, from: string, to: string): void {
  const turn = answers.find(({ version }) => version === to)?.asked ?? Infinity;
  const after = answers.filter(({ asked }) => asked > turn + 5_000);
  expect([versions.at(0), versions.at(-1), new Set(versions).size]).toEqual([from, to, 2]);
  expect(new Set(after.map(({ version }) => version))).toEqual(new Set([to]));
}

/** Its state when pm2 is not just starting its entry again, as it does every two minutes. */
async function settled(server: SandboxServer): Promise<ServerStatus> {
  let status = await readStatus(server);
  for (let tries = 0; tries < 20 && !status.port3000; tries++) {
    await sleep(500);
    status = await readStatus(server);
  }
  return status;
}

/** belay asks for the first page to see what it answers, and the site counts its visits. */
function lasting({ path: { visits, ...path }, ...status }: ServerStatus) {
  expect(visits).toBeGreaterThan(1_000);
  return { ...status, path };
}

function expectNeighbourUntouched(after: ServerStatus, before: ServerStatus): void {
  expect(after.other).toEqual(before.other);
  expect(after.nginx).toEqual(before.nginx);
}

/** How the old version was started, without what each login gives anew. */
function startedAs({ app }: ServerStatus) {
  const ofTheLogin =
    /^(_|SHLVL|PWD|OLDPWD|MOTD_SHOWN|SSH_.*|XDG_.*|INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID)$/;
  const env = Object.entries(app?.env ?? {}).filter(([name]) => !ofTheLogin.test(name));
  return { argv: app?.argv, cwd: app?.cwd, user: app?.user, env: Object.fromEntries(env.sort()) };
}

function nextEvenMinute(): number {
  const two = 120_000;
  return Math.ceil(Date.now() / two) * two;
}

function tell(version: string, outcome: Outcome, load: LoadResult): void {
  const { failures, answers, outageSeconds, lateSeconds } = load;
  const asSeen = `${outageSeconds.toFixed(2)} s without the site (belay says ${outcome.downtimeSeconds} s)`;
  console.log(
    `${version}: ${outcome.outcome} in ${outcome.durationSeconds} s; ${failures.length} of ${answers.length} requests ` +
      `failed; ${asSeen}; the visitors asked up to ${lateSeconds.toFixed(2)} s too late`,
  );
}
