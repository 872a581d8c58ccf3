import { CancellationScope, patched } from '@temporalio/workflow';
import type { OutcomeKind } from '../../domain/runbook/outcome.js';
import { bindText, expectation, previousText, spareText } from '../../domain/plan/markdown.js';
import type { Plan } from '../../domain/plan/plan.js';
import { hasStandIn } from '../../domain/nginx/gates/stand-in.js';
import { bootBeside, leadThere, leaveDetour, showPage } from './detour.js';
import { isAdopted } from '../../domain/app/release.js';
import type { Bind } from '../../domain/app/address.js';
import type { Run } from '../run/run.js';
import { take } from '../step/take.js';
import { register, registerUndo } from './undos.js';

/** The steps that change the host, for `deploy` and `rollback` alike. Each undo is registered before its step runs. */
export async function change(run: Run, plan: Plan): Promise<OutcomeKind> {
  const { host } = run;
  const { app, release } = run.target;
  const count = (role: string) => plan.stops.filter((stop) => stop.role === role).length;

  // Checks and release hooks need the environment and the shared files that the build lays into the staged tree.
  const commands = app.build.length + app.checks.host.length + app.hooks.release.length;
  if (commands > 0 || plan.hostOnly.some((file) => file.fate === 'dependencies')) {
    await take('build', `build ${release} on ${host}`, run.change);
  }
  if (
    (app.assets ?? []).length > 0 &&
    plan.previous.kind !== 'none' &&
    !isAdopted(release) &&
    plan.ejects !== true
  )
    await take('carry', `keep assets of ${previousText(plan)} reachable`, run.change);
  await take('backUp', `back up ${previousText(plan)}`, run.change);
  let page: Bind | undefined;
  if (plan.maintenance !== undefined) {
    // What serves nobody any more must not wait for somebody.
    await arm(run);
    register(run, 'maintain');
    page = await showPage(run, plan.maintenance);
  }
  if (app.hooks.release.length > 0) {
    await take('releaseHook', `release hook: ${app.hooks.release.join('; ')}`, run.change);
  }
  const isDetour = plan.strategy?.takes === 'detour';
  if (isDetour) register(run, 'detour');
  let spare: Bind | undefined;
  if (isDetour) spare = await bootBeside(run);
  else if (app.rehearse && plan.unrehearsed === undefined)
    await take('rehearse', `rehearse ${release} on ${spareText(plan)}`, run.change);

  if (page === undefined) await arm(run);
  if (plan.strategy?.takes === 'swap') {
    await swap(run);
    return committed(run);
  }

  if (spare !== undefined) spare = await leadThere(run, spare);
  if (spare !== undefined) {
    const there = { ...run.change, spare };
    await take('verify', `verify ${release} there: process, inside, outside, log`, there);
    if (app.soakSeconds > 0) await take('soak', `soak ${app.soakSeconds} s`, there);
  }

  // What competed with the old version is put back together with it, so both before either is stopped.
  register(run, 'quiesce');
  register(run, 'stop');
  run.enterHarm();
  if (count('conflict') > 0)
    await take('quiesce', `quiesce ${counted(count('conflict'), 'conflict')}`, run.change);
  // The host goes on by itself from the stop to the start, so all that undoes them is registered before.
  const isMoment = patched('restart-in-one-moment') && !(plan.front !== undefined && hasStandIn(plan.front));
  if (isMoment) register(run, 'activate');
  if (isMoment) register(run, 'start');
  run.stopsServing();
  const stopped = await take('stop', stopText(plan), { ...run.change, isMoment });

  if (!isMoment) register(run, 'activate');
  const activated = await take('activate', `activate ${release}`, { ...run.change, isMoment });
  const silent = stopped.silent ?? activated.silent;

  if (!isMoment) register(run, 'start');
  await take('start', `start on ${bindText(plan)}, ${expectation(plan)}`, run.change);
  run.outage.answers();
  if (page !== undefined) {
    await take('verify', `verify ${release}: process, inside, log`, { ...run.change, isClosed: true });
    await leaveDetour(run, page);
  }

  await take('verify', `verify ${release}: process, inside, outside, log`, {
    ...run.change,
    ...(silent === undefined ? {} : { silent }),
  });
  run.outage.isOver();
  if (app.soakSeconds > 0 && spare === undefined) await take('soak', `soak ${app.soakSeconds} s`, run.change);

  return committed(run, spare);
}

/** Files alone: path leads to the new ones from one moment to the next, and whoever asks meanwhile gets the old ones or the new. */
async function swap(run: Run): Promise<void> {
  const { app, release } = run.target;
  register(run, 'activate');
  registerUndo(run, 'verifyOld');
  run.enterHarm();
  await take('activate', `activate ${release}`, run.change);
  await take('verify', `verify ${release}: files, outside`, run.change);
  if (app.soakSeconds > 0) await take('soak', `soak ${app.soakSeconds} s`, run.change);
}

/** The point of no return: neither abort nor cancellation reaches it. */
async function committed(run: Run, spare?: Bind): Promise<OutcomeKind> {
  run.operator.closeForAbort();
  await CancellationScope.nonCancellable(async () => {
    if (spare !== undefined) await leaveDetour(run, spare);
    await take('commit', `commit ${run.target.release}`, run.change);
  });
  return 'succeeded';
}

async function arm(run: Run): Promise<void> {
  const { deadmanSeconds = 0 } = run.target.app;
  if (deadmanSeconds > 0 && run.change.plan.unarmed !== true)
    await take('arm', `arm the dead man's switch: ${deadmanSeconds} s`, run.change);
}

/** Behind a socket unit the old version goes on until its unit is restarted: requests wait meanwhile. A cluster of pm2's is reloaded. */
function stopText({ stops, unit, entry }: Plan): string {
  if (unit?.socket !== undefined) return `leave the app to ${unit.unit} until that is restarted`;
  if (entry?.reloads === true) return `leave the app to pm2 entry ${entry.entry} until that is reloaded`;
  return stops.some(({ role }) => role === 'app') ? 'stop the app' : 'stop: nothing serves yet';
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
