import { runsAs } from '../../domain/plan/runs-as.js';
import { stageRelease } from '../../host/staging/stage-release.js';
import { artifactFailure, artifactManifest } from '../staging/artifact.js';
import { cancelSignal, progress } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';

/** Stages the release beside the live tree. No change: nothing points to it. Run again, it completes what is there. */
export const upload: Step<'upload'> =
  ({ hosts, artifacts }) =>
  async ({ app, reach, artifact, facts, release, startedBy, deployment }) => {
    const manifest = await artifactManifest(artifacts, artifact);
    const session = await hosts.session(reach);
    progress({ text: 'copying what the host has' });
    return stageRelease(session, {
      path: app.path,
      user: runsAs(app, facts, reach.alias),
      manifest,
      record: {
        release,
        digest: manifest.digest,
        commit: manifest.commit,
        dirty: manifest.dirty,
        by: startedBy,
        deployment,
        outcome: 'staged',
      },
      read: (entry) => artifacts.read(entry),
      onProgress: (done, total) => progress({ done, total, unit: 'bytes' }),
      signal: cancelSignal(),
    }).catch(artifactFailure);
  };
