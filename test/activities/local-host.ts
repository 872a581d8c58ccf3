import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { vi } from 'vitest';
import type { Dependencies, Step } from '../../src/activities/runtime/dependencies.js';
import { running } from '../../src/activities/runtime/run-step.js';
import type { ArtifactStore } from '../../src/artifact/store.js';
import type { Activities, ChangeInput } from '../../src/domain/runbook/activities.js';
import type { App } from '../../src/domain/app/app.js';
import type { Plan } from '../../src/domain/plan/plan.js';
import { drawNumber, freeHost } from '../../src/host/door/fence.js';
import { makeApp } from '../domain/make-app.js';
import { makePlan } from '../domain/make-plan.js';
import { LocalSession } from '../host/local-session.js';
import { recordOf, stateOf } from '../host/state.js';

// Each step starts a dozen processes; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

export const me = userInfo().username;

export const app = makeApp({ user: me, run: 'gunicorn -w 2 -b {bind} app:app', soakSeconds: 0 });

// The discard service's port: nothing listens there.
const bind = { kind: 'port', port: 9, from: '/etc/nginx/sites-enabled/words:13' } as const;
export const plan = makePlan({ host: 'local', bind, user: me });

/** An app in a folder of its own on this machine, as a host without SSH. */
export class LocalHost {
  readonly session = new LocalSession();
  readonly dependencies: Dependencies = {
    hosts: { session: () => Promise.resolve(this.session), close: () => Promise.resolve() },
    artifacts: {} as ArtifactStore,
  };
  readonly path: string;
  readonly base: string;

  #number = 0;

  private constructor(private readonly folder: string) {
    this.path = join(folder, 'words');
    this.base = `${this.path}.belay`;
  }

  /** Where belay keeps its own for the path. */
  get state(): string {
    return stateOf(this.path);
  }

  /** What belay knows of a release. */
  record(release: string): string {
    return recordOf(this.path, release);
  }

  /** The live version has these files; names that end with a slash are folders. */
  static async make(live: Record<string, string>): Promise<LocalHost> {
    const host = new LocalHost(await mkdtemp(join(tmpdir(), 'belay-change-')));
    await host.write(host.path, live);
    return host;
  }

  /** Stages a release with these files and draws a number for its deployment, the one before being over. */
  async deployment(
    files: Record<string, string>,
    changes: { app?: Partial<App>; plan?: Partial<Plan> } = {},
  ): Promise<ChangeInput> {
    const { release } = plan;
    await this.write(join(this.base, 'releases', release, 'tree'), files);
    if (this.#number > 0) await freeHost(this.session, { path: this.path, number: this.#number });
    const deployment = `belay/words/production/local@${this.#number}`;
    const number = await drawNumber(this.session, { path: this.path, deployment, by: 'someone@laptop' });
    this.#number = number;
    return {
      app: { ...app, path: this.path, ...changes.app },
      reach: { alias: 'local' },
      deployment,
      startedBy: 'someone@laptop',
      release,
      plan: { ...plan, ...changes.plan },
      number,
    };
  }

  /** Runs a step as a worker would. */
  run<Name extends keyof Activities>(step: Step<Name>, input: ChangeInput): ReturnType<Activities[Name]> {
    const activity = running(step(this.dependencies) as (input: unknown) => Promise<unknown>);
    const result: Promise<unknown> = new MockActivityEnvironment().run(activity, input);
    return result as ReturnType<Activities[Name]>;
  }

  /** Under a number of its own, as every way back draws one. */
  async undo<Name extends keyof Activities>(step: Step<Name>, input: ChangeInput): Promise<void> {
    const { deployment, startedBy: by } = input;
    const number = await drawNumber(this.session, { path: this.path, deployment, by, takeBack: true });
    await this.run(step, { ...input, number });
  }

  async write(folder: string, files: Record<string, string>): Promise<void> {
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      if (name.endsWith('/')) await mkdir(join(folder, name), { recursive: true });
      else {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), text);
      }
    }
  }

  async destroy(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
