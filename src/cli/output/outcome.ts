import { labelOf } from '../../domain/runbook/labels.js';
import { isStep, steps } from '../../domain/runbook/steps.js';
import { exitCodes, exitRunning, type Outage } from '../../domain/runbook/outcome.js';
import { deploymentId, type DeploymentStep, type DeploymentView } from '../../history/view.js';
import { timeline } from '../../history/timeline.js';
import type { Outcome, PlanOutput, ReportOutput } from './schema.js';

/** The outcome in JSON, as the published schema has it; of a deployment that is under way, too. */
export function outcomeJson(view: DeploymentView, ui: string | null): Outcome {
  const { plan, result } = view;
  const previous = plan === null || plan.previous.kind === 'none' ? null : plan.previous.release;
  return {
    outcome: view.outcome,
    state: view.state,
    deployment: deploymentId(view),
    app: view.app,
    environment: view.environment,
    host: view.host,
    release: view.release,
    previous: result?.previous ?? previous,
    port: result?.port ?? (plan?.bind?.kind === 'port' ? plan.bind.port : null),
    startedBy: view.startedBy,
    startedAt: iso(view.startedAt),
    durationSeconds: seconds(((view.endedAt ?? Date.now()) - view.startedAt) / 1000),
    downtimeSeconds: result?.downtimeSeconds ?? 0,
    outages: result?.outages?.map(outage) ?? null,
    plan: plan?.digest ?? null,
    cause: view.cause,
    findings: view.findings,
    steps: view.steps.map(stepJson),
    remains: result?.remains ?? [],
    untold: view.untold,
    ui,
  };
}

/** A step, without what only people and the reducer need. */
export function stepJson({
  name,
  status,
  attempts,
  durationSeconds,
  undone,
  evidence,
}: DeploymentStep): Outcome['steps'][number] {
  const step = { name, status, attempts, durationSeconds: seconds(durationSeconds), undone };
  return evidence.length === 0 ? step : { ...step, evidence };
}

/** What `belay plan --json` prints: the same, with the whole plan. */
export function planJson(view: DeploymentView, ui: string | null): PlanOutput {
  return { ...outcomeJson(view, ui), plan: view.plan };
}

/** What `belay report --format json` prints: the same, with who said what and what happened when. */
export function reportJson(view: DeploymentView, ui: string | null): ReportOutput {
  return {
    ...planJson(view, ui),
    endedAt: view.endedAt === null ? null : iso(view.endedAt),
    messages: view.messages.map(({ at, ...message }) => ({ at: iso(at), ...message })),
    timeline: timeline(view).map(({ at, text }) => ({ at: iso(at), text })),
  };
}

/**
 * The exit code that a deployment comes to. One that waits for an operator counts as an incomplete rollback; so does one that Temporal ended
 * (terminated, timed out) before the workflow could go back, where it had begun to change something.
 */
export function exitCodeOf(view: DeploymentView): number {
  if (view.state === 'awaiting-operator') return exitCodes['rollback-failed'];
  if (view.state !== 'closed') return exitRunning;
  if (view.outcome !== null) return exitCodes[view.outcome];
  if (harmed(view).length > 0) return exitCodes['rollback-failed'];
  return view.ended === 'cancelled' ? exitCodes.aborted : exitCodes.failed;
}

/** Labels of the steps whose effect on what serves was not put back. */
export function harmed(view: DeploymentView, lang: 'en' | 'zh' = 'en'): string[] {
  if (view.outcome === 'succeeded') return [];
  const open = view.steps.filter(
    ({ name, undone, attempts }) => isStep(name) && steps[name].harms && !undone && attempts > 0,
  );
  return open.map(({ name }) => labelOf(name, lang));
}

function outage({ from, to, pages = [] }: Outage): NonNullable<Outcome['outages']>[number] {
  const failed = pages.map((one) => ({ page: one.page, from: iso(one.from), to: iso(one.to) }));
  return { from: iso(from), to: iso(to), pages: failed };
}

function seconds(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
