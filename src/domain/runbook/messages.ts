import type { App, Reach } from '../app/app.js';
import type { HealthState } from '../health/health.js';
import type { Known } from '../health/drift.js';
import type { Plan } from '../plan/plan.js';

/** Names under which CLI, Web UI and workflows speak to each other. */
export const workflowTypes = {
  deploy: 'deploy',
  plan: 'plan',
  rollback: 'rollback',
  eject: 'eject',
  inspect: 'inspect',
  releases: 'releases',
  recover: 'recover',
  healthWatch: 'healthWatch',
  notify: 'notify',
} as const;

export const signalNames = {
  approve: 'approve',
  abort: 'abort',
  retryRollback: 'retryRollback',
  giveUp: 'giveUp',
} as const;

export const queryNames = { plan: 'plan' } as const;

/** Temporal search attributes, all of type Keyword, shown as columns in the Web UI. */
export const searchAttributeNames = {
  app: 'BelayApp',
  environment: 'BelayEnvironment',
  host: 'BelayHost',
  release: 'BelayRelease',
  outcome: 'BelayOutcome',
} as const;

/** Task queue of the workers. */
export const taskQueue = 'belay';

/** One lock for deploy, rollback, eject and recover of an app on a host: the workflow's id. */
export function workflowId(app: { name: string; environment: string }, host: string): string {
  return `belay/${app.name}/${app.environment}/${host}`;
}

/** A plan without a deployment takes no lock, so its workflow has another id. */
export function planWorkflowId(app: { name: string; environment: string }, host: string): string {
  return `belay-plan/${app.name}/${app.environment}/${host}`;
}

/** A look at a server takes no lock either. */
export function inspectWorkflowId(host: string): string {
  return `belay-inspect/${host}`;
}

/** The health watch takes no lock: Temporal's schedule, and the workflows that it starts (with their time at the end). */
export function healthScheduleId(app: { name: string; environment: string }, host: string): string {
  return `${workflowId(app, host)}/health`;
}

export function healthWorkflowId(app: { name: string; environment: string }, host: string): string {
  return `belay-health/${app.name}/${app.environment}/${host}`;
}

/**
 * For which id something of a workflow's is sealed: each look of the health watch has its schedule's time at the end of its
 * id, and begins with what the look before it returned.
 */
export function sealedFor(id: string): string {
  return id.startsWith('belay-health/') ? id.replace(/-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, '') : id;
}

/** A message that only tries channels takes no lock either. */
export function notifyWorkflowId(app: { name: string; environment: string }): string {
  return `belay-notify/${app.name}/${app.environment}`;
}

/** Nor does a look at an app's releases. */
export function releasesWorkflowId(app: { name: string; environment: string }, host: string): string {
  return `belay-releases/${app.name}/${app.environment}/${host}`;
}

/** Input of the workflow `releases` and of its step `listReleases`. */
export interface ReleasesInput {
  reach: Reach;
  /** `user@machine`. */
  startedBy: string;
  /** The app's path on the host. */
  path: string;
}

/** Input of the workflow `deploy`. */
export interface DeployInput {
  app: App;
  reach: Reach;
  /** Digest of the packed source's manifest. */
  artifact: string;
  /** `user@machine`. */
  startedBy: string;
  /** Name of the release that this deployment makes. */
  release: string;
  /** Seconds to wait for approval; 24 h. */
  approvalDeadlineSeconds: number;
}

/** Input of the workflow `plan`. */
export interface PlanOrder extends DeployInput {
  /** Boot the staged release on a spare port, ask it its pages, and stop it. */
  rehearse?: boolean;
}

/** Input of the workflow `rollback`. */
export interface RollbackInput {
  app: App;
  reach: Reach;
  startedBy: string;
  /** undefined: the previous release. */
  to?: string;
}

/** Input of the workflow `eject`. */
export interface EjectInput {
  app: App;
  reach: Reach;
  startedBy: string;
  /** Seconds to wait for approval; 24 h. */
  approvalDeadlineSeconds: number;
}

/** Input of the workflow `recover`. */
export interface RecoverInput {
  app: App;
  reach: Reach;
  startedBy: string;
  /** The last deployment under this id that Temporal knows, which is over: `<workflow id>@<run id>`. */
  over?: string;
  /** Also a deployment that Temporal does not know and that was heard of a moment ago. */
  force: boolean;
}

/** Input of the workflow `healthWatch`. */
export interface HealthWatchInput {
  app: App;
  reach: Reach;
  startedBy: string;
  /** When the watch was given this app, milliseconds since the epoch. */
  askedAt: number;
}

/** What a run of `healthWatch` returns, and the next one begins with. */
export interface WatchState extends HealthState {
  known?: Known;
  askedAt: number;
  /** Channels that could not be told after this look, and why. */
  untold: string[];
}

/**
 * Payload of `approve`. A bare click in the Web UI sends nothing and approves the plan shown first; a text is taken as
 * the digest, or a unique beginning of it (8 hex digits at least).
 */
export type ApproveMessage = undefined | string | { plan?: string; by?: string };

/** Payload of `abort`; a text is taken as the reason. */
export type AbortMessage = undefined | string | { reason?: string; by?: string };

/** Answer of the query `plan`: the plan that waits for approval or was approved; null before there is one. */
export type PlanAnswer = Plan | null;
