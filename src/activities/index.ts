import type { Activities, BesideActivities } from '../domain/runbook/activities.js';
import { activate } from './steps/activate.js';
import { admitting } from './runtime/admit.js';
import { backUp } from './steps/backUp.js';
import { build } from './steps/build.js';
import { carry } from './steps/carry.js';
import { checkSource } from './steps/checkSource.js';
import { checkStaged } from './steps/checkStaged.js';
import { claim } from './steps/claim.js';
import { commit } from './steps/commit.js';
import { compare } from './steps/compare.js';
import type { Dependencies, Step } from './runtime/dependencies.js';
import { heedingHosts } from './runtime/heeding-hosts.js';
import { detour } from './steps/detour.js';
import { forgetHost } from './steps/forgetHost.js';
import { forgetLooks } from './besides/forgetLooks.js';
import { healthLook } from './besides/healthLook.js';
import { inspect } from './steps/inspect.js';
import { judgeSignal } from './besides/judgeSignal.js';
import { listReleases } from './besides/listReleases.js';
import { leaveDetour } from './steps/leaveDetour.js';
import { notify } from './besides/notify.js';
import { plan } from './steps/plan.js';
import { quiesce } from './steps/quiesce.js';
import { rehearse } from './steps/rehearse.js';
import { recoverHost } from './steps/recoverHost.js';
import { releaseHook } from './steps/releaseHook.js';
import { renewing } from './change/renew-host.js';
import { running } from './runtime/run-step.js';
import { isScriptStep, stepsWhere, type OwnStep } from '../domain/runbook/steps.js';
import { scriptStep } from './change/script-step.js';
import { settle } from './steps/settle.js';
import { soak } from './steps/soak.js';
import { start } from './steps/start.js';
import { stop } from './steps/stop.js';
import { survey } from './besides/survey.js';
import { takeBack } from './steps/takeBack.js';
import { maintain } from './steps/maintain.js';
import { undoDetour } from './steps/undoDetour.js';
import { unstage } from './steps/unstage.js';
import { upload } from './steps/upload.js';
import { verify } from './steps/verify.js';
import { verifyOld } from './steps/verifyOld.js';

const implementations: { [Name in OwnStep | keyof BesideActivities]: Step<Name> } = {
  inspect,
  checkSource,
  compare,
  upload,
  checkStaged,
  plan,
  claim,
  build,
  backUp,
  carry,
  releaseHook,
  rehearse,
  detour,
  leaveDetour,
  maintain,
  undoDetour,
  quiesce,
  stop,
  activate,
  start,
  verify,
  soak,
  commit,
  takeBack,
  verifyOld,
  unstage,
  settle,
  survey,
  forgetHost,
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
  const hosts = heedingHosts(dependencies.hosts);
  const scripts = stepsWhere(() => true)
    .filter(isScriptStep)
    .map((name) => [name, scriptStep(name)] as const);
  const steps = [...Object.entries(implementations), ...scripts].map(
    ([name, step]): [string, RunningStep] => {
      const taken = (step as Step<keyof Activities>)({ ...dependencies, hosts }) as RunningStep;
      const renewed = renewing(hosts, name, taken);
      return [name, running(admitting(dependencies.artifacts.location, renewed))];
    },
  );
  return { ...(Object.fromEntries(steps) as unknown as Activities), judgeSignal };
}

type RunningStep = (input: unknown) => Promise<unknown>;
