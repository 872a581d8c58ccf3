import type { Finding } from '../findings/finding.js';

/** How a deployment ends; distinct and true. */
export type OutcomeKind =
  'succeeded' | 'unchanged' | 'refused' | 'failed' | 'aborted' | 'rolled-back' | 'rollback-failed';

/** A step as outcomes, status and reports show it. */
export interface StepView {
  name: string;
  /** `retrying`: an attempt failed, another will follow. */
  status: 'waiting' | 'running' | 'retrying' | 'done' | 'failed' | 'cancelled';
  attempts: number;
  durationSeconds: number;
  /** Whether what the step did was undone. */
  undone: boolean;
}

/** A time without the site, or without one of its pages, in milliseconds since the epoch. */
export interface Outage {
  from: number;
  to: number;
  /** Which pages failed in it, and when each; absent where that is not known. */
  pages?: PageOutage[];
}

export interface PageOutage {
  page: string;
  from: number;
  to: number;
}

/** What the workflow returns: all that history itself does not say. */
export interface DeployResult {
  outcome: OutcomeKind;
  /** The first cause, in a sentence or two that say what to do; absent on success. */
  cause?: string;
  /** The release that serves now, as far as belay knows. */
  serving: string | null;
  previous: string | null;
  port: number | null;
  findings: Finding[];
  /** Seconds in which visitors were not served: as the host asked nginx, else reckoned from stop to the first good answer. */
  downtimeSeconds: number;
  /** When, in milliseconds since the epoch; absent where that is reckoned. */
  outages?: Outage[];
  /** What is left to do by hand. */
  remains: string[];
}

/** Exit codes of the command line, as documented in README.md. */
export const exitCodes = {
  succeeded: 0,
  unchanged: 0,
  refused: 1,
  failed: 1,
  aborted: 2,
  'rolled-back': 3,
  'rollback-failed': 4,
} as const satisfies Record<OutcomeKind, number>;

/** Still running or awaiting approval. */
export const exitRunning = 8;
/** How it stands cannot be said now, as EX_TEMPFAIL of sysexits.h: Temporal did not answer, and may in a moment. */
export const exitUnknown = 75;
/** Usage or configuration, as EX_USAGE of sysexits.h. */
export const exitUsage = 64;
