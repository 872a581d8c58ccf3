import { suspiciousFiles } from '../../artifact/suspicious-files.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { HostError } from '../../host/types.js';
import { artifactFailure, artifactManifest } from '../staging/artifact.js';
import type { Step } from '../runtime/dependencies.js';

/** The artifact is whole where this worker reads it, and holds nothing that looks like a mistake. */
export const checkSource: Step<'checkSource'> =
  ({ artifacts }) =>
  async ({ app, reach, artifact }) => {
    const { entries } = await artifactManifest(artifacts, artifact);
    if (!(await artifacts.has(artifact))) {
      throw new HostError(
        failureTypes.artifact,
        `artifact ${artifact.slice(0, 8)}: expected all of its ${entries.length} files in ${artifacts.location}, some are ` +
          'missing. Deploy again, which packs them anew.',
      );
    }
    return {
      files: entries.length,
      bytes: entries.reduce((sum, entry) => sum + entry.size, 0),
      findings: await suspiciousFiles(artifacts, entries, app, reach.alias).catch(artifactFailure),
    };
  };
