import {
  CancellationScope,
  allHandlersFinished,
  condition,
  patched,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { literal } from '../../domain/text/markdown.js';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { App, Reach, Target } from '../../domain/app/app.js';
import type { ChangeInput } from '../../domain/runbook/activities.js';
import type { Recovered } from '../../domain/facts/facts.js';
import type { Footing } from '../../domain/facts/footing.js';
import { searchAttributeNames } from '../../domain/runbook/messages.js';
import { outcomeNotice, rollbackNotice, stuckNotice, type About } from '../../domain/runbook/notice-text.js';
import type { DeployResult, OutcomeKind } from '../../domain/runbook/outcome.js';
import type { Plan } from '../../domain/plan/plan.js';
import { causeOf, causeWith, isAborted, isFenced, unsettled } from '../step/cause.js';
import { hearingAtTheEnd } from '../people/hearing.js';
import { Notices } from '../people/notices.js';
import { Operator } from '../people/operator.js';
import { Outage } from './outage.js';
import { deployResult } from './result.js';
import { take } from '../step/take.js';
import { WayBack, mostCrossings, type Around } from './way-back.js';

const outcomeAttribute = defineSearchAttributeKey(searchAttributeNames.outcome, 'KEYWORD');
const releaseAttribute = defineSearchAttributeKey(searchAttributeNames.release, 'KEYWORD');

/** One run of `deploy` or `rollback`: who may interrupt it, what was changed so far, and how it ends. */
export class Run {
  readonly operator = new Operator();
  readonly wayBack = new WayBack();
  readonly notices: Notices;
  readonly target: Target;
  plan: Plan | undefined;
  /** The number the host gave; undefined before the claim. */
  private number: number | undefined;
  private harmful = false;
  readonly outage = new Outage();
  /** What there is to say of an outcome that no failure led to. */
  note: string | undefined;
  /** What could not be done and is left to a person. */
  readonly remains: string[] = [];
  /** Whether nginx leads visitors to where the release serves beside: then nobody misses what is stopped. */
  isLed = false;
  /** Set once the host has taken the way back by itself. */
  private recovered: Recovered | undefined;

  constructor(input: { app: App; reach: Reach; startedBy: string; release: string }) {
    const { workflowId, runId } = workflowInfo();
    const { app, reach, startedBy, release } = input;
    this.target = { app, reach, startedBy, release, deployment: `${workflowId}@${runId}` };
    this.notices = new Notices(app.notify);
  }

  /** The host's name, as summaries say it. */
  get host(): string {
    return this.target.reach.alias;
  }

  /** The app and the host that notices are about. */
  get about(): About {
    const { app, deployment } = this.target;
    return { app, host: this.host, deployment, what: workflowInfo().workflowType };
  }

  /** What a change needs; only after the claim. */
  get change(): ChangeInput {
    if (this.plan === undefined || this.number === undefined)
      throw new Error('no change before the host is claimed');
    return { ...this.target, plan: this.plan, number: this.number };
  }

  /** Whether changes began. */
  get isClaimed(): boolean {
    return this.number !== undefined;
  }

  /** Names the release, where the workflow finds out only on the host which one it is. */
  nameRelease(release: string): void {
    this.target.release = release;
    upsertSearchAttributes([{ key: releaseAttribute, value: release }]);
  }

  /**
   * Draws the host's number; from here on the way back begins with taking the host back.
   * @param footing where given, it is drawn only where that is as it was
   * @returns whether it was drawn
   */
  async claim(plan: Plan, footing?: Footing): Promise<boolean> {
    this.plan = plan;
    const claimed = await take('claim', `claim ${this.host}`, {
      ...this.target,
      plan,
      ...(footing && { footing }),
    });
    if ('changed' in claimed) return false;
    this.number = claimed.number;
    return true;
  }

  /** The first step that could harm what serves: a failure from here on is rolled back, not just failed. */
  enterHarm(): void {
    this.harmful = true;
  }

  /** What serves is stopped now, where something does. */
  stopsServing(): void {
    if (this.recovered !== undefined || this.isLed) return;
    const serving = this.plan?.stops.filter(({ role, active }) => role === 'app' && active) ?? [];
    if (serving.some(({ stays }) => stays !== 'waits')) this.outage.begins();
  }

  /**
   * Runs the steps forward; on failure, abort or cancellation takes the way back. Always ends in an outcome that is true.
   * @param forward returns the outcome of a deployment that needs no way back
   */
  async conclude(forward: () => Promise<OutcomeKind>): Promise<DeployResult> {
    let result: DeployResult;
    try {
      const outcome = await this.operator.forward.run(forward);
      result = await CancellationScope.nonCancellable(() => this.end(outcome));
    } catch (error) {
      result = await CancellationScope.nonCancellable(() => this.turnBack(error));
    }
    upsertSearchAttributes([{ key: outcomeAttribute, value: result.outcome }]);
    setCurrentDetails(
      `**${result.outcome}**${result.cause === undefined ? '' : ` — ${literal(result.cause)}`}`,
    );
    this.notices.tell(outcomeNotice(this.about, result));
    await CancellationScope.nonCancellable(() => this.notices.settled());
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
    return result;
  }

  private async end(outcome: OutcomeKind): Promise<DeployResult> {
    const untidied =
      outcome === 'succeeded' ? [] : (await this.wayBack.take(this.operator, outcome)).untidied;
    const left = [...this.remains, ...untidied];
    // The dead man's switch cannot have crossed it: a commit disarms it, under the lock under which it draws its number.
    await this.settle(outcome).catch((error: unknown) => left.push(unsettled(error)));
    return this.result(outcome, this.note, left);
  }

  private async turnBack(error: unknown): Promise<DeployResult> {
    const aborted = isAborted(error);
    const cause = aborted ? this.operator.whyAborted : causeOf(error);
    setCurrentDetails(`### Rolling back\n\n${literal(cause)}`);
    if (this.harmful) this.notices.tell(rollbackNotice(this.about, cause));
    // The first cause wins: from here on an abort is noted and changes nothing.
    this.operator.closeForAbort();
    if (this.number !== undefined) this.wayBack.register('takeBack', () => this.takeBack());
    const turned = Date.now();
    const clean = aborted ? 'aborted' : this.harmful ? 'rolled-back' : 'failed';
    const { outcome, left } = await this.goBack(cause, clean);
    // Fenced by the host's own way back, it failed for what that acted on.
    const why = this.recovered && causeWith(isFenced(error) ? '' : cause, this.recovered, this.host, turned);
    return this.result(outcome, why ?? cause, left);
  }

  /**
   * Takes the way back and settles. Where the host took it by itself as well, between the last undo and the record, nobody
   * knows how far it came: then it is taken again.
   * @param clean the outcome where nothing remains
   */
  private async goBack(cause: string, clean: OutcomeKind): Promise<{ outcome: OutcomeKind; left: string[] }> {
    for (let crossings = 0; ; crossings++) {
      const { remains, untidied } = await this.wayBack.take(this.operator, cause, this.around(cause));
      const outcome = remains.length > 0 ? 'rollback-failed' : clean;
      try {
        await this.settle(outcome);
        return { outcome, left: [...remains, ...this.remains, ...untidied] };
      } catch (error) {
        const mayAgain = remains.length === 0 && crossings < mostCrossings;
        if (!(mayAgain && isFenced(error) && (await this.isStillOurs())))
          return { outcome, left: [...remains, ...this.remains, ...untidied, unsettled(error)] };
      }
      this.wayBack.reopen();
    }
  }

  /** Draws a new number for the way back, after which nothing that was begun before goes on. */
  async takeBack(): Promise<void> {
    const { number, recovered } = await take('takeBack', `take ${this.host} back`, this.change);
    this.number = number;
    if (recovered === undefined) return;
    this.recovered = recovered;
    // By the host's clock.
    this.outage.answers(recovered.at * 1000);
    this.outage.isOver();
  }

  /** Only a deployment that armed the dead man's switch meets it. */
  private get isArmed(): boolean {
    return (this.target.app.deadmanSeconds ?? 0) > 0 && this.number !== undefined;
  }

  private around(cause: string): Around {
    const { isArmed } = this;
    return {
      ...(isArmed ? { reclaim: () => this.takeBack() } : {}),
      beforeAsking: async (failures) => {
        this.notices.tell(stuckNotice(this.about, cause, failures));
        if (!isArmed) return;
        // Where the host cannot be reached, it has acted by itself meanwhile.
        await take('disarm', `disarm the dead man's switch of ${this.host}`, this.change, {
          maximumAttempts: 3,
        }).catch(() => undefined);
      },
    };
  }

  /** Records the outcome and frees the host. */
  private async settle(outcome: OutcomeKind): Promise<void> {
    if (this.number === undefined) return;
    const record = () => take('settle', `record ${outcome}, free ${this.host}`, { ...this.change, outcome });
    const settled = patched('settle-hears')
      ? await hearingAtTheEnd(this.operator, 'settle', record)
      : await record();
    // An earlier belay's worker returns nothing.
    const told = settled as typeof settled | null;
    this.outage.isMeasured(told?.failing);
    if (outcome === 'rollback-failed' && told?.held !== undefined) this.remains.push(told.held);
  }

  /** Whether it was the host itself that drew the number after this deployment's, and not another deployment. */
  private async isStillOurs(): Promise<boolean> {
    if (!this.isArmed) return false;
    return this.takeBack().then(
      () => true,
      () => false,
    );
  }

  private result(outcome: OutcomeKind, cause: string | undefined, remains: string[]): DeployResult {
    const { plan, outage, target } = this;
    return deployResult({ outcome, cause, remains, plan, outage, release: target.release });
  }
}
