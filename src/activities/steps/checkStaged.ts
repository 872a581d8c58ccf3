import { runsAs } from '../../domain/plan/runs-as.js';
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
    return { findings: judgeStaged(reach.alias, app, entries, check) };
  };
