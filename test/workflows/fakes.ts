import type { Activities, InspectResult } from '../../src/domain/runbook/activities.js';
import type { App } from '../../src/domain/app/app.js';
import type { DeployInput } from '../../src/domain/runbook/messages.js';
import { noComparison } from '../../src/domain/plan/build.js';
import type { Plan } from '../../src/domain/plan/plan.js';
import type { Survey } from '../../src/domain/environment/survey.js';
import { makeApp } from '../domain/make-app.js';
import { makePlan } from '../domain/make-plan.js';

export const app = makeApp({
  user: 'www-data',
  run: 'gunicorn -b {bind} app:app',
  soakSeconds: 0,
  approval: 'automatic',
});

export function deployInput(changes: Partial<App> = {}): DeployInput {
  return {
    app: { ...app, ...changes },
    reach: { alias: 'web1' },
    artifact: 'a'.repeat(64),
    startedBy: 'kim@laptop',
    release: '20261124T101500Z-aaaaaaaa',
    approvalDeadlineSeconds: 3600,
  };
}

export function plan(changes: Partial<Plan> = {}): Plan {
  return makePlan({
    digest: '1f0c9a2b'.repeat(8),
    release: '20261124T101500Z-aaaaaaaa',
    artifact: 'a'.repeat(64),
    bind: { kind: 'port', port: 9999, from: 'nginx' },
    stops: [
      {
        role: 'app',
        keeper: { kind: 'none', process: { pid: 7, startTicks: 70, bootId: 'b' } },
        label: 'process 7',
        why: 'it listens on port 9999',
        active: true,
      },
      {
        role: 'conflict',
        keeper: { kind: 'cron', source: 'crontab:root', line: 3, text: '@reboot /srv/words/start' },
        label: 'cron line 3 of root',
        why: 'it would start the app again',
        active: true,
      },
    ],
    files: { ...noComparison.files, upload },
    bootId: 'b',
    ...changes,
  });
}

const upload = { files: 5, bytes: 31_000 };

/** Activities that do nothing but note that they were called; `overrides` break some of them. */
export function fakeActivities(calls: string[], overrides: Partial<Activities> = {}): Activities {
  const note = <T>(name: keyof Activities, answer: T) => {
    return async (input: never): Promise<T> => {
      calls.push(name);
      // The two run side by side: which is first is chance.
      if (name === 'inspect' && calls.at(-2) === 'checkSource') calls.splice(-2, 2, 'inspect', 'checkSource');
      const override = overrides[name] as ((input: never) => Promise<T>) | undefined;
      return override === undefined ? Promise.resolve(answer) : override(input);
    };
  };
  return {
    inspect: note('inspect', {
      facts: facts(),
      baseline: [],
    }),
    checkSource: note('checkSource', { files: 214, bytes: 1_000_000, findings: [] }),
    compare: note('compare', {
      files: { ...noComparison.files, total: 214, totalBytes: 1_000_000, upload },
      hostOnly: [],
      findings: [],
    }),
    upload: note('upload', upload),
    checkStaged: note('checkStaged', { findings: [] }),
    plan: note('plan', plan()),
    claim: note('claim', { number: 1 }),
    build: note('build', { output: '' }),
    carry: note('carry', { output: '' }),
    backUp: note('backUp', { previous: plan().previous }),
    releaseHook: note('releaseHook', { output: '' }),
    rehearse: note('rehearse', { evidence: [] }),
    arm: note('arm', undefined),
    detour: note('detour', { evidence: [] }),
    leaveDetour: note('leaveDetour', { evidence: [] }),
    maintain: note('maintain', { evidence: [], spare: { kind: 'port', port: 20_001, from: 'maintenance' } }),
    undoDetour: note('undoDetour', undefined),
    quiesce: note('quiesce', { quiesced: [] }),
    stop: note('stop', { stopped: [] }),
    activate: note('activate', { active: 'x' }),
    start: note('start', { pid: 8 }),
    verify: note('verify', { evidence: [] }),
    soak: note('soak', { evidence: [] }),
    commit: note('commit', { pruned: [] }),
    takeBack: note('takeBack', { number: 2 }),
    unstage: note('unstage', {}),
    stopNew: note('stopNew', undefined),
    restoreFiles: note('restoreFiles', undefined),
    restoreTopology: note('restoreTopology', undefined),
    startOld: note('startOld', undefined),
    verifyOld: note('verifyOld', { evidence: [] }),
    disarm: note('disarm', undefined),
    settle: note('settle', {}),
    survey: note('survey', { survey: {} as Survey, hostOnly: [], answers: [] }),
    listReleases: note('listReleases', { releases: [] }),
    forgetHost: note('forgetHost', { left: [] }),
    recoverHost: note('recoverHost', { changed: true, output: '' }),
    notify: note('notify', undefined),
    healthLook: note('healthLook', { seen: { state: 'judged', troubles: [] } }),
    forgetLooks: note('forgetLooks', { forgotten: 0 }),
  };
}

/** Of the facts what workflows themselves look at. @param absent programs that the host lacks */
export function facts(absent: readonly string[] = []): InspectResult['facts'] {
  const tools = ['tar', 'find', 'sha256sum', 'flock', 'setsid'].map(
    (tool) => [tool, absent.includes(tool) ? null : `/usr/bin/${tool}`] as const,
  );
  return {
    app: { releases: [], parentWritable: true },
    system: { root: true },
    tools: Object.fromEntries(tools),
  } as unknown as InspectResult['facts'];
}
