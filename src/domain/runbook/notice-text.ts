import type { App } from '../app/app.js';
import type { Finding } from '../findings/finding.js';
import type { HealthChange, Trouble } from '../health/health.js';
import type { Notice } from '../app/channels.js';
import type { DeployResult } from './outcome.js';
import { bindText, previousText } from '../plan/markdown.js';
import type { Plan } from '../plan/plan.js';

/** Whom a notice is about. */
export interface About {
  app: Pick<App, 'name' | 'environment'>;
  /** `deploy`, `rollback`, `recover`. */
  what?: string;
  host: string;
  deployment: string;
}

// Chats refuse or cut what is longer than a few thousand characters (DingTalk: 20,000 bytes, Slack: 40,000 characters).
const mostLines = 30;
const mostCharacters = 3000;

/** That a plan waits for approval: what it would do, and how it is approved. */
export function approvalNotice(about: About, plan: Plan, startedBy: string): Notice {
  const { files } = plan;
  return notice(about, 'approval', {
    title: `${named(about)}: a plan waits for approval`,
    lines: [
      `release ${plan.release} on ${bindText(plan)}, started by ${startedBy}`,
      `files: ${files.addedCount} added, ${files.changedCount} changed, ${files.removedCount} removed`,
      `way back: ${previousText(plan)}`,
      ...plan.findings.filter(({ severity }) => severity !== 'info').map(findingLine),
      ...plan.actions.map((action, index) => `${index + 1}. ${action}`),
    ],
    command: `belay approve ${idOf(about)} --plan ${plan.digest.slice(0, 12)}`,
  });
}

/** That the way back has begun, and why. */
export function rollbackNotice(about: About, cause: string): Notice {
  return notice(about, 'rollback', {
    title: `${named(about)}: ${about.what ?? ''} goes back`,
    lines: [cause],
    command: `belay watch ${idOf(about)}`,
  });
}

/** That the way back could not be taken to its end, and waits for a person. */
export function stuckNotice(about: About, cause: string, failures: readonly string[]): Notice {
  return notice(about, 'rollback', {
    title: `${named(about)}: the rollback is incomplete and waits for you`,
    lines: [`It began because: ${cause}`, ...failures],
    command: `belay retry-rollback ${idOf(about)}`,
  });
}

/** How it ended. */
export function outcomeNotice(about: About, result: DeployResult): Notice {
  const { outcome, cause, serving, downtimeSeconds, remains } = result;
  return notice(about, 'outcome', {
    title: `${named(about)}: ${about.what ?? ''} ${outcome}`,
    lines: [
      ...(cause === undefined ? [] : [cause]),
      ...(serving === null ? [] : [`serves now: ${serving}`]),
      ...(downtimeSeconds > 0 ? [`downtime: ${downtimeSeconds} s`] : []),
      ...remains.map((text) => `remains to be done by hand: ${text}`),
    ],
    command: `belay report ${about.deployment}`,
    outcome,
  });
}

/** What the health watch has found, or that it is over. */
export function healthNotice(about: About, { kind, about: troubles, still }: HealthChange): Notice {
  const ill = still.length > 0 ? [`still open: ${still.map(({ text }) => text).join('; ')}`] : [];
  return notice(about, 'alert', {
    title: `${named(about)}: ${titleOf(kind, troubles, still.length)}`,
    lines: [...troubles.map(({ text }) => (kind === 'alert' ? text : `over: ${text}`)), ...ill],
    command: `belay monitor status -e ${about.app.environment}`,
    outcome: kind,
  });
}

/** A message that only tries a channel. */
export function trialNotice(about: About, by: string): Notice {
  return notice(about, 'alert', {
    title: `${named(about)}: this is a test`,
    lines: [`${by} tries whether this channel can be reached. Nothing happened.`],
  });
}

function titleOf(kind: HealthChange['kind'], troubles: readonly Trouble[], still: number): string {
  const [first] = troubles;
  const what = troubles.length === 1 && first !== undefined ? first.kind : `${troubles.length} things`;
  if (kind === 'alert') return `alert: ${what}`;
  return still === 0 ? 'recovered, all is well' : `recovered: ${what}`;
}

function notice(
  { app, host, deployment }: About,
  event: Notice['event'],
  said: Pick<Notice, 'title' | 'lines' | 'command' | 'outcome'>,
): Notice {
  return {
    event,
    ...said,
    title: oneLine(said.title),
    lines: bounded(said.lines),
    app: app.name,
    environment: app.environment,
    host,
    deployment,
  };
}

function named({ app, host }: About): string {
  return `${app.name} on ${host} (${app.environment})`;
}

function idOf({ app, host }: About): string {
  return `${app.name}/${app.environment}/${host}`;
}

function findingLine({ severity, id, message }: Finding): string {
  return `${severity} ${id}: ${message}`;
}

/** Whole lines as long as they fit; how many do not is said. */
function bounded(lines: readonly string[]): string[] {
  const all = lines.flatMap((line) => line.split('\n')).filter((line) => line.trim() !== '');
  const kept: string[] = [];
  let left = mostCharacters;
  for (const line of all) {
    if (kept.length === mostLines || left <= 0) break;
    kept.push(line.length > left ? `${line.slice(0, left)}…` : line);
    left -= line.length;
  }
  const cut = all.length - kept.length;
  return cut > 0 ? [...kept, `and ${cut} more lines`] : kept;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}
