import { previousText } from '../../domain/plan/markdown.js';
import { steps, type StepName } from '../../domain/runbook/steps.js';
import { isFenced } from '../step/cause.js';
import { undoDetour } from './detour.js';
import type { Run } from '../run/run.js';
import { take } from '../step/take.js';
import { goesOn } from '../run/way-back.js';

/** Each time the old version has 30 s to answer; then an operator is asked, while it is tried again. */
const mostStarts = 4;
const mostStartsBefore = 20;

/** Registers the undos of a step, which is taken only after that. */
export function register(run: Run, step: StepName): void {
  for (const name of steps[step].undo) registerUndo(run, name);
}

/** Registers one undo by itself. */
export function registerUndo(run: Run, name: StepName): void {
  const undo = taking[name] ?? (() => take(name as 'restoreFiles', steps[name].label.en, run.change));
  run.wayBack.register(name, () => undo(run));
}

/** How undos are taken of which there is more to say than their label, or to do than their step. */
const taking: Partial<Record<StepName, (run: Run) => Promise<unknown>>> = {
  stopNew: (run) => {
    run.stopsServing();
    return take('stopNew', `stop ${run.target.release}`, run.change);
  },
  restoreFiles: (run) => take('restoreFiles', `restore ${previousText(run.change.plan)}`, run.change),
  restoreTopology: (run) => take('restoreTopology', 'restore units, pm2 and cron', run.change),
  startOld: (run) => startOld(run, 'start the old version'),
  verifyOld: proveOld,
  undoDetour,
  unstage,
};

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

/** One that got as far as changing the host is kept apart: its files tell why it failed. */
async function unstage(run: Run): Promise<void> {
  const { target, host, isClaimed: failed } = run;
  const { release } = target;
  const summary = failed ? `set ${release} apart on ${host}` : `remove the staged release from ${host}`;
  const { left } = await take('unstage', summary, { ...target, failed });
  if (left !== undefined) run.remains.push(left);
}
