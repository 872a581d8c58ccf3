import { compareWithLive } from '../../host/staging/compare-with-live.js';
import { judgeComparison } from '../../host/staging/judge-comparison.js';
import { manifestLines } from '../../host/staging/manifest-lines.js';
import { artifactManifest } from '../staging/artifact.js';
import { cancelSignal } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';

/** Sets the new release's files against what is live. Harmless: nothing stays on the host. */
export const compare: Step<'compare'> =
  ({ hosts, artifacts }) =>
  async ({ app, reach, artifact }) => {
    const { entries } = await artifactManifest(artifacts, artifact);
    const session = await hosts.session(reach);
    const lines = manifestLines(entries);
    const live = await compareWithLive(session, app, lines.text, cancelSignal());
    return judgeComparison(reach.alias, app.path, entries, lines, live);
  };
