import type { VerifyInput } from '../../domain/runbook/activities.js';
import { pageOf, type Page } from '../../domain/app/page.js';
import { isSameGate } from '../../domain/app/gate.js';
import { externalPages } from '../../domain/app/pages.js';
import type { Front, GatePage } from '../../domain/nginx/gates/gates.js';
import { askingFor, judge, type Judgement } from '../../host/proof/judge.js';
import { gateOf, probeNginx } from '../../host/proof/probe-nginx.js';
import { checkPages, type Checked } from '../../host/proof/page-check.js';
import type { PollOptions } from '../../host/proof/poll.js';
import type { ProbeResult } from '../../host/proof/probe-answer.js';
import type { HostSession } from '../../host/types.js';
import { isAsBefore, judgeAtGate } from './gate-judgement.js';
import { toldApart } from './told-apart.js';

const askMs = 10_000;

/** What came of asking nginx: one line a page, and what speaks against it. */
export interface ThroughNginx {
  evidence: string[];
  failed?: Checked<ProbeResult>;
  /** Gates at which something else than the app answers, one sentence each. */
  neighbours?: string[];
}

type Input = Pick<VerifyInput, 'app' | 'plan' | 'silent'>;

/**
 * Asks nginx on the host itself, at every gate that leads to the app, so that a wrong proxy_pass is told from the app's fault
 * and from the network's, and the app from a neighbour. What could not be asked is told.
 * @param polling with the number of good answers
 */
export async function askNginx(
  session: HostSession,
  input: Input,
  polling: PollOptions & { good: number },
): Promise<ThroughNginx> {
  const { app, plan } = input;
  const { front, baseline } = plan;
  if (front === undefined)
    return { evidence: ['through nginx: nothing was asked, none is known to lead to the app'] };
  const { gates } = front;
  const named = externalPages(app).filter(({ at }) => gateOf(gates, at) !== undefined);
  const all = asksOf(front);
  // A page that belay.yml names is asked once, by what belay.yml says of it.
  const isNamed = (ask: GatePage, { at }: Page) => {
    const gate = gateOf(gates, at);
    return ask.url === at && gate !== undefined && isSameGate(gate, ask.gate);
  };
  const derived = all.filter((one) => !named.some((page) => isNamed(one, page)));
  const asks = new Map(derived.map((ask) => [pageOf({ at: ask.url }), ask] as const));
  const ask = (page: Page, signal: AbortSignal): Promise<ProbeResult> =>
    probeNginx(session, gates, page.at, { ...askingFor(page, askMs), signal, at: asks.get(page)?.gate });
  const judged = (page: Page, answer: ProbeResult): ProbeResult & Judgement => {
    const own = asks.get(page);
    if (own !== undefined) return judgeAtGate(own, answer, { app, baseline });
    return isNginxsOwn(page, answer) ? { ...answer, good: isHandedOn(answer) } : judge(page, answer);
  };
  const { good, failed } = await checkPages([...named, ...asks.keys()], ask, { ...polling, judged });
  if (failed !== undefined) return { evidence: [], failed };
  // In a detour nothing is silent meanwhile: that was seen as nginx was led to the release.
  const isLed = plan.strategy?.takes === 'detour';
  const { deadlineMs, signal } = polling;
  const { bind } = plan;
  const told =
    isLed || bind === null
      ? undefined
      : await toldApart({ session, app, bind, front, silent: input.silent ?? [], deadlineMs, signal });
  const evidence = good.map(({ page, polled: { last } }) => {
    const ask = asks.get(page) ?? all.find((one) => isNamed(one, page));
    const gate = ask?.gate ?? gateOf(gates, page.at);
    const where = gate === undefined ? '' : ` at ${gate.address}:${gate.port}`;
    const answer = `${last.status ?? 'no answer'} in ${last.durationMs} ms, ${polling.good} in a row`;
    const isRefused = ask !== undefined && (last.status ?? 500) >= 400 && isAsBefore(ask, last, baseline);
    const words = ask === undefined ? undefined : told?.get(ask)?.words;
    return [
      `through nginx${where}: GET ${page.at} → ${answer}`,
      ...(isRefused ? ['as before: nginx refuses the host itself'] : []),
      ...(words === undefined ? [] : [words]),
    ].join('; ');
  });
  const neighbours = [...(told ?? [])].flatMap(([{ url, gate }, { words, isNeighbours }]) =>
    isNeighbours === true ? [`${url} at ${gate.address}:${gate.port}: ${words}`] : [],
  );
  const unasked = (front.unasked ?? []).map((what) => `through nginx, not asked: ${what}`);
  return { evidence: [...evidence, ...unasked], ...(neighbours.length === 0 ? {} : { neighbours }) };
}

/** An earlier belay planned URLs alone. */
function asksOf({ asks, urls, gates }: Front): GatePage[] {
  return (
    asks ??
    urls.flatMap((url) => {
      const gate = gateOf(gates, url);
      return gate === undefined ? [] : [{ url, gate }];
    })
  );
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
