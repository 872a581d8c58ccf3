import type { ArtifactStore } from '../../artifact/store.js';
import type { Activities } from '../../domain/runbook/activities.js';
import type { Hosts } from '../../host/types.js';

/** What the steps act through. */
export interface Dependencies {
  hosts: Hosts;
  artifacts: ArtifactStore;
  /** The folder on this machine where screenshots are kept, made when needed; without it none are. */
  screenshots?: string;
}

/** One step: src/activities/<name>.ts exports a constant of its own name and this type. */
export type Step<Name extends keyof Activities> = (dependencies: Dependencies) => Activities[Name];
