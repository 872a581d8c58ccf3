import { hasProcess } from '../../domain/app/kind.js';
import { servedBy } from '../../domain/nginx/served/served.js';
import { runsAs } from '../../domain/plan/runs-as.js';
import { closedToNginx } from '../../host/staging/closed-to-nginx.js';
import { judgeStaged } from '../../host/staging/judge-staged.js';
import { runCheckStaged } from '../../host/staging/run-check-staged.js';
import { artifactManifest } from '../staging/artifact.js';
import { cancelSignal } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';

/** The staged release is accepted by the host's own interpreters; not a line of it is run. */
export const checkStaged: Step<'checkStaged'> =
  ({ hosts, artifacts }) =>
  async ({ app, reach, artifact, release, facts }) => {
    const { entries } = await artifactManifest(artifacts, artifact);
    const session = await hosts.session(reach);
    // An interpreter from the app's venv is run as the app's own user, and never with more rights than that.
    const user = runsAs(app, facts, reach.alias);
    const check = await runCheckStaged(session, app, release, user, entries, cancelSignal());
    const served = hasProcess(app) ? null : servedBy(facts, app);
    const closed =
      served === null ? [] : await closedToNginx(session, { app, release, facts, served }, cancelSignal());
    return { findings: [...judgeStaged(reach.alias, app, entries, check), ...closed] };
  };
