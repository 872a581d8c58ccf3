import type { Target } from '../app/app.js';
import type { Facts } from '../facts/facts.js';
import type { Finding } from '../findings/finding.js';
import type { Baseline } from '../app/baseline.js';
import type { Measured } from './measured.js';
import type { FileChanges, HostOnlyFile } from './plan.js';

export interface PlanInput extends Target {
  artifact: string;
  facts: Facts;
  baseline: Baseline[];
  /** Absent where a finding made going on pointless. */
  comparison?: Comparison;
  /** Findings of the source and of the staged tree. */
  findings: Finding[];
  /** Where it was rehearsed. */
  measured?: Measured;
  /** The release that serves is left to the server, without belay. */
  ejects?: true;
}

/** The new release's files against the host's. */
export interface Comparison {
  files: FileChanges;
  hostOnly: HostOnlyFile[];
  findings: Finding[];
}
