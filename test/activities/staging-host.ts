import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Dependencies, Step } from '../../src/activities/runtime/dependencies.js';
import { folderStore, type WritableStore } from '../../src/artifact/folder-store.js';
import { pack } from '../../src/artifact/pack.js';
import type { Activities } from '../../src/domain/runbook/activities.js';
import type { App } from '../../src/domain/app/app.js';
import type { Facts } from '../../src/domain/facts/facts.js';
import { releaseFolder } from '../../src/domain/app/release.js';
import type { Completed, HostSession, RunOptions } from '../../src/host/types.js';
import { type Tree, writeTree } from '../artifact/source.js';
import { makeFacts } from '../domain/make-facts.js';
import { makeApp } from '../domain/make-app.js';
import { temporaryFolder } from '../temporary.js';
import { installApplets } from '../host/applets.js';
import { LocalSession } from '../host/local-session.js';

type StagingStep = 'checkSource' | 'compare' | 'upload' | 'checkStaged' | 'unstage';

/** This machine as a host, with an app's path in a folder of its own, and a store beside it. */
export interface StagingHost {
  path: string;
  store: WritableStore;
  /** Packs a tree into the store. */
  artifact(tree: Tree): Promise<string>;
  /** Runs a step as a worker would. `app` changes the app; `facts`: of the host, a sound one's unless given. */
  run<Name extends StagingStep>(
    step: Step<Name>,
    artifact: string,
    release: string,
    app?: Partial<App>,
    facts?: Facts,
  ): ReturnType<Activities[Name]>;
  /** The folder `tree/` of a release. */
  tree(release: string): string;
  /** Called before a script runs; may change what it is given, or throw in its place. */
  before: (script: string, options: RunOptions) => RunOptions | Promise<RunOptions>;
  /** What the scripts answered. */
  answers: { script: string; completed: Completed }[];
}

/** What a host's programs are, and the shell that finds them. */
export const programs: [string, string[] | undefined][] = [
  ['GNU’s', undefined],
  ['busybox’s', ['env', `PATH=${installApplets()}:${process.env['PATH'] ?? ''}`, 'sh']],
];

/** @param shell what scripts run in, as argv; `sh` without it. */
export async function stagingHost(shell?: string[]): Promise<StagingHost> {
  const root = await temporaryFolder();
  const path = join(root, 'words');
  const store = folderStore(join(root, 'artifacts'));
  const local = new LocalSession({ shell });
  const session: HostSession = {
    alias: 'web1',
    destination: 'deploy@web1:22',
    forward: (to) => local.forward(to),
    async run(script, args, options) {
      const completed = await local.run(script, args, await host.before(script, options));
      host.answers.push({ script, completed });
      return completed;
    },
  };
  const dependencies: Dependencies = {
    artifacts: store,
    hosts: { session: () => Promise.resolve(session), close: () => Promise.resolve() },
  };
  const host: StagingHost = {
    path,
    store,
    answers: [],
    before: (_script, options) => options,
    tree: (release) => join(releaseFolder(path, release), 'tree'),
    async artifact(tree) {
      return store.put(await pack({ source: await writeTree(tree) }));
    },
    run<Name extends StagingStep>(
      step: Step<Name>,
      artifact: string,
      release: string,
      app?: Partial<App>,
      facts = makeFacts(),
    ) {
      const input = {
        app: makeApp({ path, user: userInfo().username, run: 'sh serve.sh {bind}', ...app }),
        artifact,
        release,
        facts,
        ...common,
      };
      const activity = step(dependencies) as unknown as (all: typeof input) => ReturnType<Activities[Name]>;
      const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
      return environment.run(() => activity(input) as Promise<unknown>) as unknown as ReturnType<
        Activities[Name]
      >;
    },
  };
  return host;
}

const common = {
  reach: { alias: 'web1' },
  deployment: 'belay/words/production/web1@1',
  startedBy: 'ann@laptop',
};
