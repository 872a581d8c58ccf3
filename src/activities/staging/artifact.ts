import { StoreError } from '../../artifact/errors.js';
import type { ArtifactStore } from '../../artifact/store.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import type { Manifest } from '../../domain/app/manifest.js';
import { HostError } from '../../host/types.js';

/** @throws HostError ArtifactMissing. */
export async function artifactManifest(artifacts: ArtifactStore, digest: string): Promise<Manifest> {
  return artifacts.manifest(digest).catch(artifactFailure);
}

/** Throws what a store threw as a step tells it, ArtifactMissing; anything else unchanged. */
export function artifactFailure(error: unknown): never {
  if (!(error instanceof StoreError)) throw error;
  throw new HostError(failureTypes.artifact, error.message, { cause: error });
}
