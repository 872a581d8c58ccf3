import type { ChangeInput } from '../../domain/runbook/activities.js';
import { pageOf, type Page } from '../../domain/app/page.js';
import { externalPages } from '../../domain/app/pages.js';
import { askingFor, judge, type Judgement } from '../../host/proof/judge.js';
import { gateOf, probeNginx } from '../../host/proof/probe-nginx.js';
import { checkPages, type Checked } from '../../host/proof/page-check.js';
import type { PollOptions } from '../../host/proof/poll.js';
import type { ProbeResult } from '../../host/proof/probe-answer.js';
import type { HostSession } from '../../host/types.js';

const askMs = 10_000;

/** What came of asking nginx: one line a page, and the page that failed. */
export interface ThroughNginx {
  evidence: string[];
  failed?: Checked<ProbeResult>;
}

/**
 * Asks nginx on the host itself for the pages that visitors ask for, so that a wrong proxy_pass is told from the app's fault
 * and from the network's. Of pages that belay.yml does not name as URLs only what a gateway itself says counts.
 * @param polling with the number of good answers
 */
export async function askNginx(
  session: HostSession,
  { app, plan: { front } }: Pick<ChangeInput, 'app' | 'plan'>,
  polling: PollOptions & { good: number },
): Promise<ThroughNginx> {
  if (front === undefined) return { evidence: [] };
  const { gates } = front;
  const named = externalPages(app).filter(({ at }) => gateOf(gates, at) !== undefined);
  const derived = front.urls.map(pageOf).filter(({ at }) => named.every((page) => page.at !== at));
  const ask = (page: Page, signal: AbortSignal): Promise<ProbeResult> =>
    probeNginx(session, gates, page.at, { ...askingFor(page, askMs), signal });
  const judged = (page: Page, answer: ProbeResult): ProbeResult & Judgement =>
    named.includes(page) && !isNginxsOwn(page, answer)
      ? judge(page, answer)
      : { ...answer, good: isHandedOn(answer) };
  const { good, failed } = await checkPages([...named, ...derived], ask, { ...polling, judged });
  const evidence = good.map(({ page: { at }, polled: { last } }) => {
    const gate = gateOf(gates, at);
    const where = gate === undefined ? '' : ` at ${gate.address}:${gate.port}`;
    return `through nginx${where}: GET ${at} → ${last.status} in ${last.durationMs} ms, ${polling.good} in a row`;
  });
  return failed === undefined ? { evidence } : { evidence, failed };
}

/** The host itself may be refused, or sent to where only a balancer listens: visitors are asked for that in the next layer. */
function isNginxsOwn({ status, redirect }: Page, answer: ProbeResult): boolean {
  if (answer.status === null || status?.includes(answer.status) === true || redirect !== undefined)
    return false;
  return answer.status === 401 || answer.status === 403 || (answer.status >= 300 && answer.status < 400);
}

/** Whether nginx found the app: 502 and 504 are its own words for that it did not. */
function isHandedOn({ status, error }: ProbeResult): boolean {
  return status !== null && status !== 502 && status !== 504 && error === undefined;
}
