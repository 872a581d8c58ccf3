import type { Finding } from '../domain/findings/finding.js';
import {
  exitCodes,
  type DeployResult,
  type Outage,
  type OutcomeKind,
  type PageOutage,
} from '../domain/runbook/outcome.js';
import type { Plan } from '../domain/plan/plan.js';
import type { Progress } from './view.js';

// What is read from a history was written by some version of belay, or by somebody's tool: shapes are checked as far as
// the readers rely on them, and what does not fit is as good as absent.

type Fields = Record<string, unknown>;

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The text, or undefined where the value is none. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asPlan(value: unknown): Plan | null {
  const plan = fields(value);
  const files = fields(plan['files']);
  const fits =
    ['digest', 'host', 'release', 'user'].every((key) => typeof plan[key] === 'string') &&
    ['stops', 'hostOnly', 'baseline', 'actions', 'findings'].every((key) => isListOfItems(plan[key])) &&
    ['added', 'changed', 'removed'].every((key) => isListOfItems(files[key])) &&
    typeof fields(files['upload'])['bytes'] === 'number' &&
    typeof fields(plan['previous'])['kind'] === 'string' &&
    (plan['bind'] === null || typeof fields(plan['bind'])['kind'] === 'string');
  return fits ? { ...(value as Plan), findings: asFindings(plan['findings']) } : null;
}

export function asResult(value: unknown): DeployResult | null {
  const result = fields(value);
  if (!isOutcome(result['outcome'])) return null;
  const downtime = result['downtimeSeconds'];
  return {
    outcome: result['outcome'],
    cause: text(result['cause']),
    serving: text(result['serving']) ?? null,
    previous: text(result['previous']) ?? null,
    port: typeof result['port'] === 'number' ? result['port'] : null,
    findings: asFindings(result['findings']),
    downtimeSeconds: typeof downtime === 'number' && Number.isFinite(downtime) ? downtime : 0,
    ...(Array.isArray(result['outages']) ? { outages: asOutages(result['outages']) } : {}),
    remains: list(result['remains']).filter((item) => typeof item === 'string'),
  };
}

function asOutages(items: unknown[]): Outage[] {
  return items.flatMap((item) => {
    const { from, to, pages } = fields(item);
    if (!isTime(from) || !isTime(to) || from > to) return [];
    const failed = list(pages).flatMap(asPageOutage);
    return [{ from, to, ...(failed.length === 0 ? {} : { pages: failed }) }];
  });
}

function asPageOutage(item: unknown): PageOutage[] {
  const { page, from, to } = fields(item);
  return typeof page === 'string' && isTime(from) && isTime(to) && from <= to ? [{ page, from, to }] : [];
}

/** Milliseconds since the epoch, as a Date takes them. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= 8.64e15;
}

function asFindings(value: unknown): Finding[] {
  const keys = ['id', 'severity', 'host', 'message', 'evidence', 'remedy'];
  return list(value).filter(
    (item): item is Finding =>
      keys.every((key) => typeof fields(item)[key] === 'string') &&
      ['block', 'warn', 'info'].includes(fields(item)['severity'] as string),
  );
}

export function asProgress(value: unknown): Progress | null {
  const { done, total, unit, text: words } = fields(value);
  if (typeof words === 'string') return { text: words };
  if (typeof done !== 'number' || typeof total !== 'number') return null;
  return { done, total, unit: unit === 'files' ? 'files' : 'bytes' };
}

const mostEvidence = 100;

/** What a step proved, a line each. */
export function asEvidence(value: unknown): string[] {
  return list(fields(value)['evidence'])
    .filter((item) => typeof item === 'string')
    .slice(0, mostEvidence);
}

export function isOutcome(value: unknown): value is OutcomeKind {
  return typeof value === 'string' && Object.hasOwn(exitCodes, value);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isListOfItems(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => item !== null && item !== undefined);
}
