import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDeployment } from '../../src/cli/temporal/history.js';
import type { Outcome } from '../../src/cli/output/schema.js';
import { createSandbox, type SandboxServer } from '../../src/sandbox/index.js';
import { until } from '../../src/sandbox/wait.js';
import { connect } from '../../src/temporal/connect.js';
import { belay, deploy } from '../incident/belay.js';
import { readStatus, type ServerStatus } from '../incident/server-state.js';
import { makeSource } from '../incident/source.js';
import { stateOnHost } from '../host/state.js';
import { describeOnServers, ownState } from '../on-servers.js';

const name = 'deadman';
const workflowId = `belay/word-counter/production/${name}`;
const base = stateOnHost('/srv/words');
const unit = 'belay-word-counter-deadman.service';

/** One server through all of it, as one follows the other in a server's life. */
describeOnServers('a deployment that nobody goes on with', () => {
  const state = ownState();
  let server: SandboxServer;
  let client: Client;

  beforeAll(async () => {
    await up();
    server = await createSandbox({ name, like: 'incident' });
  });

  afterAll(async () => {
    await client.connection.close();
  });

  /** Temporal and worker, and a client of that Temporal. */
  async function up(): Promise<void> {
    const { code, stderr } = await belay(['up']);
    expect(code, stderr).toBe(0);
    client = await connect();
  }

  async function on(command: string): Promise<string> {
    const { code, stdout, stderr } = await server.exec(command);
    if (code !== 0) throw new Error(`${command}: exit ${code}: ${stderr}`);
    return stdout;
  }

  /** What visitors get, once the host itself has started anew or put something back. */
  async function serves(version: string, deadlineMs: number): Promise<void> {
    const page = `curl -sk --max-time 5 -D - -o /dev/null --resolve words.example.test:443:127.0.0.1 https://words.example.test/tools/word-counter`;
    let last = '';
    const found = await until(
      async () => {
        last = (await server.exec(page)).stdout;
        const right =
          /^HTTP\S+ 200/.test(last) && new RegExp(`^x-words-version: ${version}\\r?$`, 'im').test(last);
        return right ? true : undefined;
      },
      { deadlineMs, everyMs: 200 },
    );
    if (!found) {
      const log = await server.exec(
        `journalctl -b -n 60 --no-pager -o cat -u ${unit}; cat ${base}/owner; ls ${base}/journal/*`,
      );
      throw new Error(`expected version ${version} within ${deadlineMs} ms, got ${last}\n${log.stdout}`);
    }
  }

  /** No switch, no timer, no file of it. */
  async function expectDisarmed(): Promise<void> {
    const left = `ls ${base}/armed* /etc/systemd/system/*deadman* /etc/systemd/system/*.wants/*deadman* 2>/dev/null
      systemctl list-units --all --plain --no-legend '*deadman*'; systemctl list-timers --all --plain --no-legend | grep belay
      pgrep -af '[w]ay-back/recover'; true`;
    expect(await on(left)).toBe('');
  }

  /** Begins a deployment and gives the run once it is in one of these steps. */
  async function beginUntil(steps: string[], deadman: string, version: string) {
    const source = await makeVersion(version, { soak: '10m', approval: 'automatic', deadman });
    const begun = await belay(['deploy', '--detach', '--json', '--config', source.config], server);
    const { deployment } = JSON.parse(begun.stdout) as Outcome;
    const runId = deployment.split('@')[1] ?? '';
    const reached = await until(
      async () => {
        const view = await readDeployment(client, { workflowId, runId });
        if (view.state === 'closed')
          throw new Error(`the deployment ended as ${view.outcome ?? '?'}: ${view.cause ?? ''}`);
        return view.steps.some((step) => steps.includes(step.name)) || undefined;
      },
      { deadlineMs: 60_000, everyMs: 20 },
    );
    expect(reached, `a deployment in ${steps.join(' or ')}`).toBe(true);
    return { runId, source };
  }

  /** As when the machine that deploys is gone. */
  async function killController(): Promise<void> {
    for (const part of ['temporal', 'worker']) {
      const { pid } = JSON.parse(await readFile(join(state(), `${part}.json`), 'utf8')) as { pid: number };
      process.kill(pid, 'SIGKILL');
    }
    await client.connection.close();
  }

  /** What became of a run, once it is over. */
  async function ended(runId: string): Promise<Outcome & { code: number }> {
    await belay(['watch', `${workflowId}@${runId}`], server);
    const { code, stdout } = await belay(['status', `${workflowId}@${runId}`, '--json'], server);
    return { ...(JSON.parse(stdout) as Outcome), code };
  }

  async function deployGood(version: string): Promise<void> {
    const source = await makeVersion(version, {});
    const { outcome } = await deploy(source.config, server);
    await source.remove();
    expect(outcome).toMatchObject({ outcome: 'succeeded', cause: null });
    await serves(version, 1_000);
    await expectDisarmed();
  }

  test('is put back by the host itself, and the deployment says so when it returns', async () => {
    const before = await settled();
    const { runId, source } = await beginUntil(['verify'], '5s', 'silent');
    await killController();

    await serves('1', 40_000);
    await until(async () => (await on(`cat ${base}/owner`)).includes('state=free') || undefined, {
      deadlineMs: 20_000,
    });
    await expectDisarmed();
    const after = await settled();
    expect(startedAs(after)).toEqual(startedAs(before));
    for (const key of ['pm2', 'pm2Saved', 'crontab', 'words', 'other', 'nginx'] as const)
      expect(after[key], key).toEqual(before[key]);
    expect({ ...after.path, visits: 0 }).toEqual({ ...before.path, visits: 0 });
    expect(after.belay).toEqual([]);

    await up();
    const outcome = await ended(runId);
    await source.remove();
    expect(outcome).toMatchObject({ outcome: 'rolled-back', code: 3, remains: [] });
    expect(outcome.cause).toMatch(
      /^the dead man's switch on deadman put the old version back at 20\S+Z because it had not heard of this deployment for 5 s$/,
    );
    expect((await settled()).app).toMatchObject({ pid: after.app?.pid, started: after.app?.started });
    await expectDisarmed();
  }, 180_000);

  test('the next deployment works, and leaves nothing of a switch behind', async () => {
    await deployGood('good');
  }, 120_000);

  test('that was terminated is put back by belay recover; where there is nothing to recover it says so', async () => {
    const { runId, source } = await beginUntil(['verify'], 'off', 'terminated');
    expect(await on(`ls ${base}`)).not.toContain('armed');
    await serves('terminated', 10_000);
    const refused = await belay(['recover', '--config', source.config], server);
    expect(refused.code, refused.stderr).toBe(1);
    expect(refused.stderr).toContain('is going on already');
    await client.workflow.getHandle(workflowId, runId).terminate('the test says so');

    const recovered = await belay(['recover', '--config', source.config], server);
    expect(recovered.code, recovered.stdout + recovered.stderr).toBe(0);
    expect(recovered.stdout).toMatch(
      /✓ recovered in .*: the last good release of word-counter on deadman is back/,
    );
    await serves('good', 1_000);
    await expectDisarmed();
    expect(await on('systemctl is-enabled belay-word-counter.service')).toBe('enabled\n');

    const again = await belay(['recover', '--config', source.config], server);
    expect(again.code, again.stdout).toBe(0);
    expect(again.stdout).toMatch(
      /nothing to recover: belay recover by \S+ on deadman put the old version back at/,
    );
    await source.remove();
  }, 180_000);

  test('during which the host starts anew gives way to the last good release', async () => {
    // What systemd still holds of a switch whose file is gone must not run in this one's place.
    await on(`printf '[Service]\nExecStart=/bin/false\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/${unit}
      systemctl enable --quiet ${unit}; rm /etc/systemd/system/${unit} /etc/systemd/system/multi-user.target.wants/${unit}`);
    const { runId, source } = await beginUntil(['soak'], '1h', 'unverified');
    expect(await on(`systemctl show -p ExecStart --value ${unit}`)).toContain(`${base}/backup/`);
    await serves('unverified', 10_000);
    await killController();
    await server.reboot();
    await serves('good', 90_000);
    await until(async () => (await on(`cat ${base}/owner`)).includes('state=free') || undefined, {
      deadlineMs: 20_000,
    });
    expect(await on('systemctl is-enabled belay-word-counter.service')).toBe('enabled\n');
    await expectDisarmed();

    await up();
    const outcome = await ended(runId);
    await source.remove();
    expect(outcome).toMatchObject({ outcome: 'rolled-back', code: 3, remains: [] });
    expect(outcome.cause).toContain('because the host was started anew in the middle of it');
    await serves('good', 1_000);
  }, 180_000);

  /** The server's state when pm2 is not just starting its entry again, as it does every two minutes. */
  async function settled(): Promise<ServerStatus> {
    const status = await until(
      async () => {
        const now = await readStatus(server);
        return now.port3000 ? now : undefined;
      },
      { deadlineMs: 20_000, everyMs: 500 },
    );
    return status ?? readStatus(server);
  }
});

/** The word counter as a version that no other has, with these keys in its belay.yml. */
async function makeVersion(version: string, settings: Record<string, string>) {
  const source = await makeSource({ host: name });
  const kept = (await readFile(source.config, 'utf8'))
    .split('\n')
    .filter((line) => !((line.split(':')[0] ?? '') in settings));
  const lines = Object.entries(settings).map(([key, value]) => `${key}: ${value}`);
  await writeFile(source.config, [...kept, ...lines, ''].join('\n'));
  await writeFile(join(source.folder, 'version.py'), `VERSION = "${version}"\n`);
  return source;
}

/** How the old version was started, without what each login gives anew. */
function startedAs({ app }: ServerStatus) {
  const ofTheLogin =
    /^(_|SHLVL|PWD|OLDPWD|MOTD_SHOWN|SSH_.*|XDG_.*|INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID)$/;
  const env = Object.entries(app?.env ?? {}).filter(([key]) => !ofTheLogin.test(key));
  return { argv: app?.argv, cwd: app?.cwd, user: app?.user, env: Object.fromEntries(env.sort()) };
}
