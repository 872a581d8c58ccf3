import type { Finding } from '../domain/findings/finding.js';
import type { DeployResult, OutcomeKind, StepView } from '../domain/runbook/outcome.js';
import type { Plan } from '../domain/plan/plan.js';

/** What a deployment is doing. `closed`: Temporal has nothing more to do for it. */
export type DeploymentState =
  'running' | 'awaiting-approval' | 'rolling-back' | 'awaiting-operator' | 'closed';

/** How far a step is, as its heartbeat says. */
export type Progress = { done: number; total: number; unit: 'bytes' | 'files' } | { text: string };

/** One run of one step; the same step may be taken twice. Times are milliseconds since the epoch, Temporal's clock. */
export interface DeploymentStep extends StepView {
  /** As a person reads it. */
  label: string;
  kind: 'look' | 'change' | 'undo';
  /** What this run of the step is about, in the workflow's words; empty where it said nothing. */
  summary: string;
  startedAt: number;
  /** null while it goes on. */
  endedAt: number | null;
  /** Why its last attempt failed, also where a later one succeeded. */
  lastFailure: StepFailure | null;
  /** When the next attempt begins, while `retrying`. */
  nextAttemptAt: number | null;
  progress: Progress | null;
  /** What it proved, a line each; empty for steps that prove nothing. */
  evidence: string[];
  /** Steps that this one put back. */
  undid: string[];
}

export interface StepFailure {
  /** One of domain/runbook/failure.ts where belay's own, else Temporal's: `Timeout`, `Cancelled`. */
  type: string;
  message: string;
}

/** What somebody told the deployment while it ran. */
export interface Message {
  kind: 'approve' | 'abort' | 'cancel' | 'retry-rollback' | 'give-up';
  at: number;
  by: string;
  /** Whether the codec's key proves that it was sent by somebody who has it; else anybody can say to be anybody. */
  proven: boolean;
  /** Digest of the plan that a counted approval approved. */
  plan: string | null;
  /** Why, where the sender said so. */
  reason: string | null;
  /** Whether it had an effect; an approval whose plan was replaced later lost it. */
  counted: boolean;
  /** Why it had none. */
  note: string | null;
}

/** Everything that belay knows of one run of `deploy`, `plan`, `rollback` or `recover`. */
export interface DeploymentView {
  /** Workflow id; without the run it may name several deployments. */
  id: string;
  runId: string;
  type: 'deploy' | 'plan' | 'rollback' | 'eject' | 'recover';
  app: string;
  environment: string;
  host: string;
  /** What it brings, or goes back to; null while a rollback has not found out. */
  release: string | null;
  startedBy: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  endedAt: number | null;
  state: DeploymentState;
  /** null while it goes on, and where Temporal ended it without the workflow's word. */
  outcome: OutcomeKind | null;
  /** How Temporal closed the run where the workflow did not return: `terminated`, `timed out` … */
  ended: 'returned' | 'failed' | 'cancelled' | 'terminated' | 'timed out' | 'continued' | null;
  /** The latest plan. */
  plan: Plan | null;
  /** When a plan with its digest came first. */
  plannedAt: number | null;
  messages: Message[];
  steps: DeploymentStep[];
  result: DeployResult | null;
  findings: Finding[];
  /** Channels that could not be notified, and why. */
  untold: string[];
  /** Why no worker can go on with it: Temporal gives it to one again and again, for ever. */
  held: string | null;
  /** Why it did not succeed. */
  cause: string | null;
}

/** `<workflow id>@<run id>`: names one deployment for ever. */
export function deploymentId(view: Pick<DeploymentView, 'id' | 'runId'>): string {
  return `${view.id}@${view.runId}`;
}
