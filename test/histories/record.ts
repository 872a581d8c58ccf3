import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { readDeployment } from '../../src/cli/temporal/history.js';
import type { Outcome } from '../../src/cli/output/schema.js';
import { destroyServer, serverNames, type SandboxServer } from '../../src/sandbox/index.js';
import { until } from '../../src/sandbox/wait.js';
import { connect } from '../../src/temporal/connect.js';
import { makeProject, yml } from '../hosts/bad-input/project.js';
import { createSite } from '../hosts/bad-input/site.js';
import { belay, type Called } from '../incident/belay.js';
import { replaceAll } from './fixtures.js';
import { plain } from './plain.js';

const deployment = 'belay/tiny/production/tiny1';

/** Records what becomes of test/fixtures/histories: real deployments to a throw-away server, each as far as its name says. */
export async function record(): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'belay-histories-'));
  process.env['BELAY_STATE_DIR'] = state;
  let recorder: Recorder | undefined;
  try {
    const [server] = await Promise.all([createSite(), expectCode(belay(['up']), 0)]);
    recorder = new Recorder(server, state, await connect());
    await recorder.all();
    await replaceAll(recorder.histories);
    for (const [name, history] of recorder.histories)
      console.log(`${name}: ${Math.round(JSON.stringify(history).length / 1000)} kB`);
  } finally {
    await recorder?.close();
    await belay(['down', '--now']);
    for (const name of await serverNames()) await destroyServer(name);
    await rm(state, { recursive: true, force: true });
  }
}

class Recorder {
  readonly histories = new Map<string, unknown>();
  private readonly projects: (() => Promise<void>)[] = [];

  constructor(
    private readonly server: SandboxServer,
    private readonly state: string,
    private readonly client: Client,
  ) {}

  async all(): Promise<void> {
    await this.ended('inspect', 'belay-inspect/tiny1', this.call(['inspect', 'tiny1', '--json']), 0);
    const first = await this.project({}, '2');
    const plan = 'belay-plan/tiny/production/tiny1';
    await this.ended('plan', plan, this.call(['plan', '--json', ...first]), 0);
    await this.ended('plan-rehearsed', plan, this.call(['plan', '--rehearse', '--json', ...first]), 0);
    const daemon = await this.project({ run: 'python3 server.py {port} &' }, '2');
    await this.ended('deploy-refused', deployment, this.deploy(daemon), 1);

    // Nobody here can be asked, so the command leaves it waiting.
    await expectCode(this.call(['deploy', '--json', ...first]), 8);
    await this.keep('deploy-awaiting-approval', deployment);
    await expectCode(this.call(['abort', 'tiny/production/tiny1', '--reason', 'not today']), 0);
    await this.ended(
      'deploy-aborted',
      deployment,
      this.call(['watch', 'tiny/production/tiny1', '--json']),
      2,
    );

    const soaking = this.deploy(
      await this.project({ soak: '5s', deadman: '120s', hooks: { after: ['true'] } }, '2'),
    );
    await this.reaches('soak');
    await this.keep('deploy-in-soak', deployment);
    await this.ended('deploy-succeeded', deployment, soaking, 0);
    const same = await this.project({ soak: '5s', deadman: '120s', hooks: { after: ['true'] } }, '2');
    await this.ended('deploy-unchanged', deployment, this.deploy(same), 0);
    // Nobody is there to be told.
    const notify = [{ webhook: { url: 'http://127.0.0.1:9/' } }];
    const broken = await this.project({ rehearse: false, notify }, 'broken');
    await this.ended('deploy-rolled-back', deployment, this.deploy(broken), 3);
    await this.ended('notify', 'belay-notify/tiny/production', this.call(['notify', ...broken]), 1);
    const failing = await this.project({}, 'broken');
    await this.ended('deploy-failed', deployment, this.deploy(failing), 1);
    await this.ended('rollback-succeeded', deployment, this.call(['rollback', '--json', ...first]), 0);
    await this.ended(
      'releases',
      'belay-releases/tiny/production/tiny1',
      this.call(['releases', '--json', ...first]),
      0,
    );

    await expectCode(this.call(['monitor', 'on', ...first]), 0);
    await this.keep('healthWatch', await this.look());
    await expectCode(this.call(['monitor', 'off', ...first]), 0);

    const terminated = this.deploy(await this.project({ soak: '60s', deadman: '120s' }, '3'));
    await this.reaches('soak');
    await this.client.workflow.getHandle(deployment).terminate('recorded');
    await terminated;
    await this.ended('recover-succeeded', deployment, this.call(['recover', '--json', ...first]), 0);

    // What belay made cannot do without it; the unit that was there before can.
    const own = await this.project({ manager: null, user: null, run: null, unit: 'tiny.service' }, '3');
    await expectCode(this.deploy(own), 0);
    await this.ended('eject-succeeded', deployment, this.call(['eject', '--yes', '--json', ...own]), 0);
  }

  async close(): Promise<void> {
    await this.client.connection.close();
    for (const remove of this.projects) await remove();
  }

  /** A project whose app says so as its version. @returns the options that name it */
  private async project(settings: Record<string, unknown>, version: string): Promise<string[]> {
    const project = await makeProject(yml(settings), { 'version.txt': `${version}\n` });
    this.projects.push(() => project.remove());
    return ['--config', project.config];
  }

  private call(args: string[]): Promise<Called> {
    return belay(args, this.server);
  }

  private deploy(project: string[]): Promise<Called & { outcome?: Outcome }> {
    return this.call(['deploy', '--yes', '--json', ...project]);
  }

  /** Keeps the history of what a command did, once it is over with that exit code. */
  private async ended(
    name: string,
    workflowId: string,
    called: Promise<Called>,
    code: number,
  ): Promise<void> {
    await expectCode(called, code);
    await this.keep(name, workflowId);
  }

  /** The workflow of a look of the health watch that is over: its time is in its id. */
  private async look(): Promise<string> {
    const query = "WorkflowType = 'healthWatch' AND ExecutionStatus = 'Completed'";
    const found = await until(
      async () => {
        for await (const { workflowId } of this.client.workflow.list({ query })) return workflowId;
        return undefined;
      },
      { deadlineMs: 60_000 },
    );
    if (found === undefined) throw new Error('no look of the health watch ended within 60 s');
    return found;
  }

  private async keep(name: string, workflowId: string): Promise<void> {
    const history = await this.client.workflow.getHandle(workflowId).fetchHistory();
    const stands = [
      [this.state, '/belay'],
      [process.cwd(), '/belay-source'],
      [`${userInfo().username}@${hostname()}`, 'kim@laptop'],
      [this.server.address, '192.0.2.1'],
    ] as const;
    this.histories.set(name, plain(JSON.parse(historyToJSON(history)), stands));
    console.log(`recorded ${name}`);
  }

  /** Waits until the deployment is at a step. */
  private async reaches(step: string): Promise<void> {
    const there = await until(
      async () => {
        const { runId } = await this.client.workflow.getHandle(deployment).describe();
        const view = await readDeployment(this.client, { workflowId: deployment, runId });
        return view.steps.some((one) => one.name === step && one.status === 'running') || undefined;
      },
      { deadlineMs: 60_000, everyMs: 50 },
    );
    if (!there) throw new Error(`the deployment did not come to ${step} within 60 s`);
  }
}

async function expectCode(called: Promise<Called>, code: number): Promise<Called> {
  const got = await called;
  if (got.code !== code)
    throw new Error(`expected exit code ${code}, got ${got.code}\n${got.stdout}\n${got.stderr}`);
  return got;
}
