import type { Activities } from '../domain/activities.js';
import { activate } from './activate.js';
import { admitting } from './admitting.js';
import { arm } from './arm.js';
import { backUp } from './backUp.js';
import { build } from './build.js';
import { checkSource } from './checkSource.js';
import { checkStaged } from './checkStaged.js';
import { claim } from './claim.js';
import { commit } from './commit.js';
import { compare } from './compare.js';
import type { Dependencies, Step } from './dependencies.js';
import { disarm } from './disarm.js';
import { forgetLooks } from './forgetLooks.js';
import { healthLook } from './healthLook.js';
import { inspect } from './inspect.js';
import { judgeSignal } from './judgeSignal.js';
import { listReleases } from './listReleases.js';
import { notify } from './notify.js';
import { plan } from './plan.js';
import { quiesce } from './quiesce.js';
import { rehearse } from './rehearse.js';
import { recoverHost } from './recoverHost.js';
import { releaseHook } from './releaseHook.js';
import { renewing } from './renewing.js';
import { restoreFiles } from './restoreFiles.js';
import { restoreTopology } from './restoreTopology.js';
import { running } from './running.js';
import { settle } from './settle.js';
import { soak } from './soak.js';
import { start } from './start.js';
import { startOld } from './startOld.js';
import { stop } from './stop.js';
import { stopNew } from './stopNew.js';
import { survey } from './survey.js';
import { takeBack } from './takeBack.js';
import { unstage } from './unstage.js';
import { upload } from './upload.js';
import { verify } from './verify.js';
import { verifyOld } from './verifyOld.js';

const implementations: { [Name in keyof Activities]: Step<Name> } = {
  inspect,
  checkSource,
  compare,
  upload,
  checkStaged,
  plan,
  claim,
  build,
  backUp,
  releaseHook,
  rehearse,
  arm,
  quiesce,
  stop,
  activate,
  start,
  verify,
  soak,
  commit,
  takeBack,
  stopNew,
  restoreFiles,
  restoreTopology,
  startOld,
  verifyOld,
  unstage,
  disarm,
  settle,
  survey,
  recoverHost,
  notify,
  healthLook,
  forgetLooks,
  listReleases,
};

/** The activities that a worker registers: every step of the runbook, heartbeating, its failures typed. */
export function createActivities(
  dependencies: Dependencies,
): Activities & { judgeSignal: typeof judgeSignal } {
  const steps = Object.entries(implementations).map(([name, step]): [string, RunningStep] => {
    const taken = (step as Step<keyof Activities>)(dependencies) as RunningStep;
    const renewed = renewing(dependencies.hosts, name, taken);
    return [name, running(admitting(dependencies.artifacts.location, renewed))];
  });
  return { ...(Object.fromEntries(steps) as unknown as Activities), judgeSignal };
}

type RunningStep = (input: unknown) => Promise<unknown>;
