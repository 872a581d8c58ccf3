import type { App } from '../../domain/app/app.js';
import type { Baseline } from '../../domain/app/baseline.js';
import type { Page } from '../../domain/app/page.js';
import { internalPages } from '../../domain/app/pages.js';
import type { GatePage } from '../../domain/nginx/gates/gates.js';
import { isSameGate } from '../../domain/app/gate.js';
import type { Judgement } from '../../host/proof/judge.js';
import type { ProbeResult } from '../../host/proof/probe-answer.js';

/**
 * Judges what nginx answered at a gate for a page that the app itself has just answered well: what an error page, a gateway or a limit
 * says is bad, unless nginx said the same to the host before, when the app itself was well too.
 */
export function judgeAtGate(
  ask: GatePage,
  answer: ProbeResult,
  { app, baseline }: { app: App; baseline: readonly Baseline[] },
): ProbeResult & Judgement {
  const { status, error } = answer;
  const page = internalPages(app).find(({ at }) => at === ask.page);
  if (status !== null && error === undefined && isWell(status, page, ask)) return { ...answer, good: true };
  return { ...answer, good: isAsBefore(ask, answer, baseline) };
}

/** Whether nginx refuses the host as it did before, which says nothing of the release. */
export function isAsBefore(ask: GatePage, answer: ProbeResult, baseline: readonly Baseline[]): boolean {
  const { status } = answer;
  const before = baseline.find(
    ({ url, gate }) => gate !== undefined && url === ask.url && isSameGate(gate, ask.gate),
  );
  if (before === undefined || before.status !== status) return false;
  const direct = baseline.filter(({ url, gate }) => gate === undefined && url.startsWith('/'));
  const own = direct.find(({ url }) => url === ask.page) ?? direct[0];
  const wasWell = own?.status != null && own.status < 400 && own.error === undefined;
  // What a gateway says is of the app, or of the way to it.
  return (
    wasWell && (status === null ? isClosed(answer.error, before.error) : ![500, 502, 504].includes(status))
  );
}

function isWell(status: number, page: Page | undefined, { anyName }: GatePage): boolean {
  if (page?.status?.includes(status) === true) return true;
  // The host itself may be refused, or sent to where only a balancer listens.
  if (status < 400 || status === 401 || status === 403) return true;
  return status < 500 && (page === undefined || anyName === true);
}

/** 444: the connection is closed without a word. */
function isClosed(...errors: (string | undefined)[]): boolean {
  return errors.every((error) => /closed|hang up/.test(error ?? ''));
}
