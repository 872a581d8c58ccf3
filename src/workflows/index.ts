import { admitting } from './step/admission.js';
import { deploy as runDeploy } from './deploy.js';
import { eject as runEject } from './eject.js';
import { healthWatch as runHealthWatch } from './healthWatch.js';
import { inspect as runInspect } from './inspect.js';
import { notify as runNotify } from './notify.js';
import { plan as runPlan } from './plan.js';
import { recover as runRecover } from './recover.js';
import { releases as runReleases } from './releases.js';
import { rollback as runRollback } from './rollback.js';

// Under the names that Temporal knows them by.
export const deploy = admitting(runDeploy);
export const eject = admitting(runEject);
export const healthWatch = admitting(runHealthWatch);
export const inspect = admitting(runInspect);
export const notify = admitting(runNotify);
export const plan = admitting(runPlan);
export const recover = admitting(runRecover);
export const releases = admitting(runReleases);
export const rollback = admitting(runRollback);
