import { CancellationScope } from '@temporalio/workflow';
import type { OutcomeKind } from '../domain/runbook/outcome.js';
import { bindText, expectation, previousText, spareText } from '../domain/plan/markdown.js';
import type { Plan } from '../domain/plan/plan.js';
import { isFenced } from './cause.js';
import { bootBeside, leadThere, leaveDetour, undoDetour } from './detour.js';
import type { Bind } from '../domain/app/address.js';
import type { Run } from './run.js';
import { take } from './take.js';
import { goesOn } from './way-back.js';

/** Each time the old version has 30 s to answer; then an operator is asked, while it is tried again. */
const mostStarts = 4;
const mostStartsBefore = 20;

/** The steps that change the host, for `deploy` and `rollback` alike. Each undo is registered before its step runs. */
export async function change(run: Run, plan: Plan): Promise<OutcomeKind> {
  const { wayBack, host } = run;
  const { app, release } = run.target;
  const count = (role: string) => plan.stops.filter((stop) => stop.role === role).length;

  // Checks and release hooks need the environment and the shared files that the build lays into the staged tree.
  const commands = app.build.length + app.checks.host.length + app.hooks.release.length;
  if (commands > 0 || plan.hostOnly.some((file) => file.fate === 'dependencies')) {
    await take('build', `build ${release} on ${host}`, run.change);
  }
  await take('backUp', `back up ${previousText(plan)}`, run.change);
  if (app.hooks.release.length > 0) {
    await take('releaseHook', `release hook: ${app.hooks.release.join('; ')}`, run.change);
  }
  const isDetour = plan.strategy?.takes === 'detour';
  // Taken last of all: until the old version is proved visitors stay where the release serves beside it.
  if (isDetour) wayBack.register('undoDetour', () => undoDetour(run));
  let spare: Bind | undefined;
  if (isDetour) spare = await bootBeside(run);
  else if (app.rehearse && plan.unrehearsed === undefined)
    await take('rehearse', `rehearse ${release} on ${spareText(plan)}`, run.change);

  const { deadmanSeconds = 0 } = app;
  if (deadmanSeconds > 0 && plan.unarmed !== true)
    await take('arm', `arm the dead man's switch: ${deadmanSeconds} s`, run.change);

  if (spare !== undefined) spare = await leadThere(run, spare);
  if (spare !== undefined) {
    const there = { ...run.change, spare };
    await take('verify', `verify ${release} there: process, inside, outside, log`, there);
    if (app.soakSeconds > 0) await take('soak', `soak ${app.soakSeconds} s`, there);
  }

  // Last in, first out: stop new, restore files, restore topology, start old, verify old.
  wayBack.register('verifyOld', () => proveOld(run));
  wayBack.register('startOld', () => startOld(run, 'start the old version'));
  wayBack.register(
    'restoreTopology',
    () => take('restoreTopology', 'restore units, pm2 and cron', run.change),
    'go-on',
  );
  run.enterHarm();
  if (count('conflict') > 0)
    await take('quiesce', `quiesce ${counted(count('conflict'), 'conflict')}`, run.change);
  run.stopsServing();
  await take('stop', stopText(plan), run.change);

  wayBack.register('restoreFiles', () => take('restoreFiles', `restore ${previousText(plan)}`, run.change));
  const { silent } = await take('activate', `activate ${release}`, run.change);

  wayBack.register('stopNew', () => {
    run.stopsServing();
    return take('stopNew', `stop ${release}`, run.change);
  });
  await take('start', `start on ${bindText(plan)}, ${expectation(plan)}`, run.change);
  run.outage.answers();

  await take('verify', `verify ${release}: process, inside, outside, log`, {
    ...run.change,
    ...(silent === undefined ? {} : { silent }),
  });
  run.outage.isOver();
  if (app.soakSeconds > 0 && spare === undefined) await take('soak', `soak ${app.soakSeconds} s`, run.change);

  // The point of no return: neither abort nor cancellation reaches it.
  run.operator.closeForAbort();
  await CancellationScope.nonCancellable(async () => {
    if (spare !== undefined) await leaveDetour(run, spare);
    await take('commit', `commit ${release}`, run.change);
  });
  return 'succeeded';
}

async function startOld(run: Run, summary: string): Promise<void> {
  await take('startOld', summary, run.change);
  run.outage.answers();
}

/**
 * Verifies the old version. What was started may have ended since, where its port was taken or the host went down: until
 * it is proved it is started anew, under a new number, for the journal takes a step that was done once for done.
 */
async function proveOld(run: Run): Promise<void> {
  for (let starts = 1; ; starts++) {
    try {
      await take('verifyOld', 'verify the old version', run.change, { maximumAttempts: 1 });
      run.outage.isOver();
      return;
    } catch (error) {
      if (starts === (goesOn() ? mostStarts : mostStartsBefore) || isFenced(error)) throw error;
    }
    await run.takeBack();
    await startOld(run, 'start the old version, unless it runs');
  }
}

/** Behind a socket unit the old version goes on until its unit is restarted: requests wait meanwhile. */
function stopText({ stops, unit }: Plan): string {
  if (unit?.socket !== undefined) return `leave the app to ${unit.unit} until that is restarted`;
  return stops.some(({ role }) => role === 'app') ? 'stop the app' : 'stop: nothing serves yet';
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
