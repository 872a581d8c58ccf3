import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Message } from '../../src/history/view.js';
import { until } from '../../src/sandbox/wait.js';
import { embedded } from '../../src/temporal/server/embedded.js';
import { aimAt } from '../chaos/aim.js';
import { start, type Called } from '../chaos/command.js';
import { readHostState } from '../chaos/host-state.js';
import { World, type Deploying } from '../chaos/world.js';
import { clearOfCron } from '../incident/clear-of-cron.js';
import { temporalCli } from '../temporal-cli.js';
import { describeOnServers } from '../on-servers.js';

/** What people say to a deployment on a real server, at belay's command line and at Temporal's. */
describeOnServers('a deployment that is spoken to', () => {
  let world: World;
  let id: string;

  beforeAll(async () => {
    world = await World.create();
    id = world.workflowId.replace('belay/', '');
  });
  afterAll(() => world.remove());
  // What it starts between two looks makes another plan, which then waits for another approval.
  beforeEach(clearOfCron);

  const say = (...args: string[]) => start(args, { server: world.server }).done;

  /** As a colleague does who has only Temporal's own command line. */
  async function signal(name: string, input?: string): Promise<void> {
    const where = ['--address', embedded()?.address ?? '', '--workflow-id', world.workflowId];
    const payload = input === undefined ? [] : ['--input', JSON.stringify(input)];
    await execa(await temporalCli(), ['workflow', 'signal', ...where, '--name', name, ...payload]);
  }

  /** Says something while a step is under way: it hangs, for want of a network, until it is said. */
  async function during<T>(deploying: Deploying, step: string, action: () => Promise<T>): Promise<T> {
    if (!(await aimAt(world, deploying, { step, moment: 'begin' })))
      expect.fail(await stuck(step, deploying));
    await world.network('down');
    try {
      return await action();
    } finally {
      await world.network('up');
    }
  }

  /** Where a deployment is that has not come to a step. */
  async function stuck(step: string, { runId }: Deploying): Promise<string> {
    const { state, steps = [], messages: said = [], plan } = (await world.view(runId)) ?? {};
    const taken = steps.map(({ name, status, attempts }) => `${name} ${status} ${attempts}`);
    const findings = plan?.findings.map(({ id, evidence }) => `${id}: ${evidence}`) ?? [];
    return `no ${step}: ${JSON.stringify({ state, taken, said, actions: plan?.actions, findings }, null, 1)}`;
  }

  /** The plan's digest, once it waits for approval. */
  async function waiting({ runId }: Deploying): Promise<string> {
    const digest = await until(
      async () => {
        const view = await world.view(runId);
        return view?.state === 'awaiting-approval' ? view.plan?.digest : undefined;
      },
      { deadlineMs: 60_000 },
    );
    return digest ?? expect.fail('no plan waits for approval');
  }

  async function messages({ runId }: Deploying): Promise<Partial<Message>[]> {
    const view = await world.view(runId);
    return view?.messages.map(({ kind, counted, reason }) => ({ kind, counted, reason })) ?? [];
  }

  async function nothingChanged(): Promise<void> {
    const host = await readHostState(world.server);
    expect(host).toMatchObject({ link: null, releases: {}, journal: {} });
    // Without a network there is no answer at all; a bad one would be the site's.
    expect(world.load.result().failures.filter(({ status }) => status !== null)).toEqual([]);
  }

  const ended = (): Promise<Called> => say('watch', id, '--json');
  const told = ({ stdout }: Called): unknown => JSON.parse(stdout);

  test('before the plan an approval changes nothing, and an abort ends it without a change', async () => {
    const deploying = await world.deploy('good', [], []);
    await during(deploying, 'inspect', async () => {
      const { code, stdout } = await say('approve', id, '--plan', 'ffffffffffff');
      expect(code).toBe(1);
      expect(stdout).toContain('there is no plan yet');
      const aborted = await say('abort', id, '--reason', 'the wrong branch');
      expect(aborted).toMatchObject({ code: 0 });
    });
    const { code, stdout } = await deploying.command.done;
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'aborted', remains: [] });
    expect(JSON.parse(stdout)).toHaveProperty('cause', expect.stringContaining('the wrong branch'));
    await nothingChanged();
  });

  test('while it waits, only the plan that was shown can be approved; nobody else deploys; an abort ends it', async () => {
    const deploying = await world.deploy('good', [], []);
    // Nobody here can be asked, so the command leaves it waiting.
    const left = await deploying.command.done;
    expect(left.code).toBe(8);
    expect(told(left)).toMatchObject({
      outcome: null,
      state: 'awaiting-approval',
      plan: await waiting(deploying),
    });

    const { config, remove } = await world.source('good');
    const second = await say('deploy', '--yes', '--config', config);
    await remove();
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`is going on already: ${world.workflowId}@${deploying.runId}`);
    expect(second.stderr).toContain(`belay abort ${id}`);

    await signal('approve', 'ffffffffffff');
    await signal('abort', 'not today');
    const over = await ended();
    expect(over.code).toBe(2);
    expect(told(over)).toMatchObject({ outcome: 'aborted' });
    expect(told(over)).toHaveProperty('cause', expect.stringContaining('not today'));
    expect(await messages(deploying)).toMatchObject([
      { kind: 'approve', counted: false },
      { kind: 'abort', counted: true, reason: 'not today' },
    ]);
    expect((await say('abort', `${id}@${deploying.runId}`)).code).toBe(1);
    await nothingChanged();
  });

  test('an abort during the upload ends it without a change', async () => {
    const deploying = await world.deploy('good', []);
    await during(deploying, 'upload', () => signal('abort', 'too large'));
    const { code, stdout } = await deploying.command.done;
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toHaveProperty('cause', expect.stringContaining('too large'));
    await nothingChanged();
  });

  test('an abort during the verification puts the old version back', async () => {
    const deploying = await world.deploy('good', ['rehearse: false'], []);
    await waiting(deploying);
    // As a bare click in the Web UI: the plan that was shown.
    await signal('approve');
    await during(deploying, 'verify', async () => {
      await signal('approve');
      const { code, stdout } = await say('abort', id, '--reason', 'the phone rings');
      expect(code).toBe(0);
      expect(stdout).toContain('the phone rings');
    });
    const over = await ended();
    expect(over.code).toBe(2);
    expect(told(over)).toMatchObject({ outcome: 'aborted', remains: [] });
    expect(world.load.result().answers.at(-1)).toMatchObject({ status: 200, version: '1' });
    expect((await readHostState(world.server)).link).toBeNull();
  });

  test('Ctrl-C leaves it alone; what is said during its rollback changes nothing', async () => {
    const deploying = await world.deploy('failing', ['rehearse: false']);
    expect(await aimAt(world, deploying, { step: 'checkStaged', moment: 'begin' })).toBe(true);
    deploying.command.interrupt();
    const left = await deploying.command.done;
    expect(left.code).toBe(8);
    expect(left.stderr).toContain('goes on without this terminal');
    expect(left.stderr).toContain(`belay watch ${id}`);
    expect(left.stderr).toContain(`belay abort ${id}`);
    // It left before the plan was there, so it could not approve it.
    const approved = await say('approve', id, '--plan', (await waiting(deploying)).slice(0, 12));
    expect(approved.code).toBe(0);

    await during(deploying, 'stopNew', async () => {
      await signal('abort', 'too late');
      const { code, stdout } = await say('abort', id, '--reason', 'also too late');
      expect(code).toBe(1);
      expect(stdout).toContain('changed nothing');
    });
    await signal('approve');
    const over = await ended();
    expect(over.code).toBe(3);
    expect(told(over)).toMatchObject({ outcome: 'rolled-back', remains: [] });
    expect(await messages(deploying)).toMatchObject([
      { kind: 'approve', counted: true },
      { kind: 'abort', counted: false },
      { kind: 'abort', counted: false },
      { kind: 'approve' },
    ]);
    expect(world.load.result().answers.at(-1)).toMatchObject({ status: 200, version: '1' });
  });
});
