import type { PlanInput, Comparison } from '../plan/input.js';
import type { Bind } from '../app/address.js';
import type { App, Reach, Target } from '../app/app.js';
import type { Facts, Recovered } from '../facts/facts.js';
import type { Footing } from '../facts/footing.js';
import type { Finding } from '../findings/finding.js';
import type { Seen } from '../health/health.js';
import type { Known } from '../health/drift.js';
import type { ReleasesInput } from './messages.js';
import type { NotifyInput } from '../app/channels.js';
import type { Measured } from '../plan/measured.js';
import type { Plan, Previous } from '../plan/plan.js';
import type { Baseline } from '../app/baseline.js';
import type { OutcomeKind } from './outcome.js';
import type { KeptRelease } from '../app/release.js';
import type { SurveyInput, SurveyResult } from '../environment/survey.js';

/** Findings of the checks on the source as it was packed, and what the artifact holds. */
export interface SourceCheck {
  files: number;
  bytes: number;
  findings: Finding[];
}

export interface InspectResult {
  facts: Facts;
  /** Absent where the host cannot tell later whether something of it changed. */
  footing?: Footing;
  baseline: Baseline[];
}

/** The number that was drawn; or what has changed since the host was inspected, and then none was drawn. */
export type Claimed = { number: number } | { changed: string };

/** What a change needs: the plan that was approved and the number that the host gave. */
export interface ChangeInput extends Target {
  plan: Plan;
  number: number;
}

/** Stop, activation and start. */
export interface RestartInput extends ChangeInput {
  /** The host goes from one to the next by itself, once it was told to stop. */
  isMoment?: boolean;
}

/** A rehearsal in a plan has no number, because a plan claims nothing: it leaves no trace on the host. */
export interface RehearseInput extends Target {
  plan: Plan;
  number?: number;
}

/** What an undo needs; `number` is the one that `takeBack` drew. */
export type UndoInput = ChangeInput;

/** What nginx answered while the app was stopped, at one of the front's `asks`. */
export interface SilentAnswer {
  /** Its index. */
  ask: number;
  /** null: no answer. */
  status: number | null;
  /** Where nginx has another answer then: what the page itself looked like. */
  page?: Look;
}

/** What an answer looks like. */
export interface Look {
  status: number | null;
  /** A digest, of what in it does not change from one answer to the next. */
  body: string;
}

/** Where the release serves for a while, in a detour. */
export interface Led extends ChangeInput {
  spare: Bind;
}

/** What is proved: the release at its own address, or, in a detour, where it serves for a while. */
export interface ProveInput extends ChangeInput {
  spare?: Bind;
  /** nginx shows a page of maintenance: the release is proved from inside alone. */
  isClosed?: true;
}

export interface VerifyInput extends ProveInput {
  /** Absent where nobody asked. */
  silent?: SilentAnswer[];
}

export interface VerifyResult {
  /** One line each: what was proved, with its evidence. */
  evidence: string[];
}

/** From the first question that failed to the first good answer; milliseconds since the epoch, by the host's clock. */
export interface Failing {
  from: number;
  /** null: it had not answered when it was last asked. */
  to: number | null;
  /** Which page; absent where an earlier belay asked one alone. */
  page?: string;
}

export interface SettleInput extends ChangeInput {
  outcome: OutcomeKind;
}

/** A look of the health watch, with what the looks before it know. */
export interface HealthLookInput {
  app: App;
  reach: Reach;
  known?: Known;
}

export interface HealthLook {
  seen: Seen;
  /** undefined where nothing was learned that is worth keeping. */
  known?: Known;
}

/**
 * What the workflows call and src/activities implements. Every method takes one object and returns JSON; every one
 * heartbeats; failures are `failureTypes`.
 */
export interface Activities extends RunbookActivities, BesideActivities {}

/** The steps that are their script and no more: src/host/scripts/<name>.sh, which is told changeFields. */
export interface ScriptActivities {
  /** Arms the dead man's switch: from here on the host takes the way back, which backUp laid down, where nobody else does. */
  arm(input: ChangeInput): Promise<void>;
  /** Before a person is asked: what they look at must not change by itself. */
  disarm(input: UndoInput): Promise<void>;
  /**
   * Undoes `start`: ends everything of the new release, what was stopped and came back with its files too, and puts back the
   * definition that was there.
   */
  stopNew(input: UndoInput): Promise<void>;
  /** Undoes `activate`: the path is what it was, an adopted directory with what was shared from it. */
  restoreFiles(input: UndoInput): Promise<void>;
  /** Undoes `quiesce`: units, pm2 entries and cron lines as they were. */
  restoreTopology(input: UndoInput): Promise<void>;
  /** Undoes `stop`: what served is started just as it ran before, and waited for. */
  startOld(input: UndoInput): Promise<void>;
}

/** The steps of the runbook, one activity each. */
export interface RunbookActivities extends ScriptActivities {
  // Before approval: harmless.
  inspect(input: Target): Promise<InspectResult>;
  checkSource(input: Target & { artifact: string }): Promise<SourceCheck>;
  compare(input: Target & { artifact: string; facts: Facts }): Promise<Comparison>;
  /** Stages the release beside the live tree: copies what the host has, sends what it lacks, checks every digest. */
  upload(input: Target & { artifact: string; facts: Facts }): Promise<{ files: number; bytes: number }>;
  checkStaged(input: Target & { artifact: string; facts: Facts }): Promise<{ findings: Finding[] }>;
  plan(input: PlanInput): Promise<Plan>;

  // Changes, each through the one door.
  /**
   * Draws the rising number; HostBusy while another deployment acts, Fenced where another drew since the plan. With a footing
   * only where that is as it was.
   */
  claim(input: Target & { plan: Plan; footing?: Footing }): Promise<Claimed>;
  build(input: ChangeInput): Promise<{ output: string }>;
  /** Copies into the staged release what only the release before has of its assets. */
  carry(input: ChangeInput): Promise<{ output: string }>;
  backUp(input: ChangeInput): Promise<{ previous: Previous }>;
  /** Leads nginx to a page of its own; `spare`: where it serves that. */
  maintain(input: ChangeInput): Promise<VerifyResult & { spare: Bind }>;
  releaseHook(input: ChangeInput): Promise<{ output: string }>;
  /** `spare`: where it goes on serving, where a detour follows; `measured`: what it lacks of what serves, where that was compared. */
  rehearse(input: RehearseInput): Promise<VerifyResult & { spare?: Bind; measured?: Measured }>;
  /** Leads nginx to where the rehearsed release serves. */
  detour(input: Led): Promise<VerifyResult>;
  quiesce(input: ChangeInput): Promise<{ quiesced: string[] }>;
  /** `silent`: where it is one moment, what nginx answered while the app was stopped. */
  stop(input: RestartInput): Promise<{ stopped: string[]; silent?: SilentAnswer[] }>;
  /** Where it is no moment nginx is asked beside it, while the app is stopped; `silent` is what it answered. */
  activate(input: RestartInput): Promise<{ active: string; silent?: SilentAnswer[] }>;
  /** Starts the new release and waits until it listens where nginx expects it. */
  start(input: ChangeInput): Promise<{ pid: number }>;
  verify(input: VerifyInput): Promise<VerifyResult>;
  soak(input: ProveInput): Promise<VerifyResult>;
  /** Leads nginx back to the app's own address, drains the spare one and ends what serves there. */
  leaveDetour(input: Led): Promise<VerifyResult>;
  commit(input: ChangeInput): Promise<{ pruned: string[] }>;
  /** After `settle`: removes all that belay keeps on the host for the path; `left` is what was shared and nothing links to. */
  forgetHost(input: ChangeInput): Promise<{ left: string[] }>;

  // Undos: idempotent, retried, each puts back what one step changed.
  /**
   * First of every way back: draws a new number in this deployment's line (Fenced where another deployment took over),
   * then waits for, or ends, the journaled process of a step that still runs. The undos act under that number. `recovered`
   * where the host has taken the way back by itself: the undos then find everything done.
   */
  takeBack(input: UndoInput): Promise<{ number: number; recovered?: Recovered }>;
  /**
   * Removes the staged release, and belay's folder where nothing else is left in it; one that `failed` is set apart for
   * whoever looks into it. `left`: why it stays where it is, and what to do.
   */
  unstage(input: Target & { failed?: boolean }): Promise<{ left?: string }>;
  /** As `leaveDetour`, whatever of the detour was done. */
  undoDetour(input: UndoInput): Promise<void>;
  verifyOld(input: UndoInput): Promise<VerifyResult>;
  /**
   * Records the outcome in release.json, disarms the dead man's switch and frees the host. `failing`: when visitors were not
   * served since the change began, as the host itself asked nginx; absent where it could not. `held`: who listens where the
   * old version did, where the release failed.
   */
  settle(input: SettleInput): Promise<{ failing?: Failing[]; held?: string }>;

  // Where the deployment itself cannot go on.
  /**
   * Has the host take the way back of a deployment, as its dead man's switch would. Nothing is changed where that had changed
   * nothing yet or had committed its release; then the host is only given back.
   */
  recoverHost(input: Target & { unfinished: string }): Promise<{ changed: boolean; output: string }>;
}

/** Activities of no deployment, or beside them. */
export interface BesideActivities {
  /** Looks at a whole server; of the workflow `inspect`. */
  survey(input: SurveyInput): Promise<SurveyResult>;
  /** Lists an app's releases on a host, the newest first; of the workflow `releases`. */
  listReleases(input: ReleasesInput): Promise<{ releases: KeptRelease[] }>;
  /** Tells one channel; NotDelivered where trying again may help. */
  notify(input: NotifyInput): Promise<void>;
  /** Looks whether the app is well and the host as it was left. Only reads. */
  healthLook(input: HealthLookInput): Promise<HealthLook>;
  /** Has Temporal forget looks of the health watch that ended a day ago and longer. */
  forgetLooks(input: Record<string, never>): Promise<{ forgotten: number }>;
}
