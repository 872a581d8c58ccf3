import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { writers, type Io } from '../../src/cli/terminal/io.js';
import { paints } from '../../src/cli/terminal/paint.js';
import { run } from '../../src/cli/run.js';
import type { Activities } from '../../src/domain/runbook/activities.js';
import { searchAttributeNames, taskQueue } from '../../src/domain/runbook/messages.js';
import { temporalCli } from '../temporal-cli.js';
import { fakeActivities } from '../workflows/fakes.js';
import { temporaryFolder } from '../temporary.js';

/** As the build makes it. */
const workflowBundle = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** A terminal of this size on stderr and stdin, with colours; without: pipes. */
  terminal?: { columns: number; rows: number };
  /** Answers to questions, one after the other. */
  answers?: string[];
  /** Is given what ends the command as Ctrl-C would. */
  onStart?: (interrupt: () => void) => void;
  /** Called with everything written so far to stderr. */
  onStderr?: (text: string) => void;
}

/** Runs one command line in this process, with streams of its own. */
export async function cli(args: string[], options: CliOptions = {}): Promise<Ran> {
  const { terminal, answers = [] } = options;
  const handlers = new Set<() => void>();
  let stdout = '';
  let stderr = '';
  const colors = paints(terminal !== undefined);
  const io: Io = {
    ...writers(
      (text) => void (stdout += text),
      (text) => {
        stderr += text;
        options.onStderr?.(stderr);
      },
      options.env ?? {},
    ),
    isTTY: terminal !== undefined,
    interactive: terminal !== undefined,
    colors: { stdout: colors, stderr: colors },
    size: () => terminal ?? { columns: 80, rows: 24 },
    env: options.env ?? {},
    cwd: options.cwd ?? tmpdir(),
    onInterrupt: (handler) => {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    ask: (question, signal) => {
      io.stderr(question);
      const answer = answers.shift();
      if (answer !== undefined) return Promise.resolve(answer);
      return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(undefined)));
    },
  };
  options.onStart?.(() => handlers.forEach((handler) => handler()));
  const code = await run(args, io);
  return { code, stdout, stderr };
}

/** A folder with a belay.yml and a file to deploy. */
export async function project(yaml = ''): Promise<string> {
  const folder = await temporaryFolder('belay-project-');
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'src', 'app.py'), 'print("words")\n');
  const settings =
    'app: words\nhosts: [web1]\npath: /srv/words\nsource: src\nrun: gunicorn -b {bind} app:app\n';
  await writeFile(join(folder, 'belay.yml'), `${settings}${yaml}`);
  return folder;
}

/** A real Temporal, with workers whose steps are `fakeActivities`. */
export class Temporal {
  private constructor(
    readonly environment: TestWorkflowEnvironment,
    private readonly state: string,
  ) {}

  /** Starts it, and points the command line at it. */
  static async start(): Promise<Temporal> {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const extraArgs = Object.values(searchAttributeNames).flatMap((name) => [
      '--search-attribute',
      `${name}=Keyword`,
    ]);
    const executable = { type: 'existing-path', path: await temporalCli() } as const;
    const environment = await TestWorkflowEnvironment.createLocal({ server: { executable, extraArgs } });
    const state = await mkdtemp(join(tmpdir(), 'belay-state-'));
    process.env['TEMPORAL_ADDRESS'] = environment.address;
    process.env['BELAY_STATE_DIR'] = state;
    process.env['BELAY_UI_URL'] = 'http://ui.example.test';
    return new Temporal(environment, state);
  }

  /** Runs `during` while a worker serves; `overrides` break or slow some steps. */
  async serving<T>(overrides: Partial<Activities>, during: () => Promise<T>): Promise<T> {
    const worker = await Worker.create({
      connection: this.environment.nativeConnection,
      taskQueue,
      workflowBundle: { codePath: workflowBundle },
      activities: fakeActivities([], overrides),
    });
    return worker.runUntil(during);
  }

  /** Ends what a test left running. */
  async endAll(): Promise<void> {
    const { workflow } = this.environment.client;
    for await (const { workflowId, runId } of workflow.list({ query: "ExecutionStatus = 'Running'" })) {
      await workflow
        .getHandle(workflowId, runId)
        .terminate()
        .catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    await this.environment.teardown();
    await rm(this.state, { recursive: true, force: true });
  }
}
