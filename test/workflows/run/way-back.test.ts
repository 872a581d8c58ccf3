import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { activate } from '../../../src/activities/steps/activate.js';
import { backUp } from '../../../src/activities/steps/backUp.js';
import { steps, type Step, type StepName } from '../../../src/domain/runbook/steps.js';
import { wayBack } from '../../../src/domain/runbook/way-back.js';
import { fields } from '../../../src/host/fields.js';
import { LocalHost } from '../../activities/local-host.js';
import { withDeployment } from '../harness.js';

/** The step that is taken away from the list. */
const gone = 'restoreFiles';
const record = steps as Partial<Record<StepName, Step>>;
const kept = steps.restoreFiles;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belay-list-'));
  delete record.restoreFiles;
});
afterAll(async () => {
  record.restoreFiles = kept;
  await rm(folder, { recursive: true });
});

test('the workflow does not take it', async () => {
  const calls = await callsOf(await bundleWithout());
  expect(calls.slice(calls.indexOf('takeBack'))).toEqual([
    'takeBack',
    'stopNew',
    'restoreTopology',
    'startOld',
    'verifyOld',
    'unstage',
    'settle',
  ]);
}, 180_000);

test('the host does not take it by itself', async () => {
  const host = await LocalHost.make({ 'app.py': 'old' });
  try {
    const input = await host.deployment({ 'app.py': 'new' });
    await host.run(backUp, input);
    await host.run(activate, input);
    const program = join(host.state, 'backup', String(input.number), 'way-back/recover');
    const { deployment } = input;
    const told = { path: host.path, deployment, who: 'somebody', why: 'the test says so' };
    await execa('sh', [program, 'run', fields(told)]);
    expect((await readdir(join(host.state, 'journal/2'))).sort()).toEqual([
      'restoreTopology',
      'settle',
      'startOld',
      'stopNew',
      'undoDetour',
    ]);
    expect(wayBack()).not.toContain(gone);
    expect(await readFile(join(host.path, 'app.py'), 'utf8')).toBe('new');
  } finally {
    await host.destroy();
  }
}, 60_000);

/** A deployment whose release does not start. */
async function callsOf(code: string): Promise<string[]> {
  const start = () => Promise.reject(ApplicationFailure.nonRetryable('no', 'NotReady'));
  let all: string[] = [];
  await withDeployment({ overrides: { start }, workflowBundle: { code } }, async ({ calls, result }) => {
    expect(await result()).toMatchObject({ outcome: 'rolled-back' });
    all = calls;
  });
  return all;
}

/** The workflows as they were built, with a list that lacks the step. */
async function bundleWithout(): Promise<string> {
  const original = resolve('dist/domain/runbook/steps.js');
  const changed = join(folder, 'steps.js');
  const text = await readFile(original, 'utf8');
  const absolute = text.replace(/from '\.\//g, `from '${dirname(original)}/`);
  await writeFile(changed, `${absolute}\ndelete steps.${gone};\n`);
  const { code } = await bundleWorkflowCode({
    workflowsPath: resolve('dist/workflows/index.js'),
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: {
        ...config.resolve,
        alias: { ...(config.resolve?.alias as Record<string, string>), [original]: changed },
      },
    }),
  });
  return code;
}
