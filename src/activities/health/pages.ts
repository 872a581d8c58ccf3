import type { HealthLookInput } from '../../domain/runbook/activities.js';
import type { App } from '../../domain/app/app.js';
import type { Trouble } from '../../domain/health/health.js';
import type { Page } from '../../domain/app/page.js';
import { externalPages, internalPages } from '../../domain/app/pages.js';
import type { Bind } from '../../domain/app/address.js';
import { askingFor, judge } from '../../host/proof/judge.js';
import { expectedPage } from '../../host/proof/page-check.js';
import { pollUntilGood } from '../../host/proof/poll.js';
import type { ProbeResult } from '../../host/proof/probe-answer.js';
import { probeExternal, type Certificate } from '../../host/proof/probe-external.js';
import { probe } from '../../host/proof/probe.js';
import { HostError, type HostSession } from '../../host/types.js';
import { cancelSignal, progress } from '../runtime/context.js';
import { hostHeaderOf } from '../proof/not-proved.js';

const askMs = 10_000;
const atOnce = 4;
/** A hiccup is asked once more. */
const patience = { deadlineMs: 3_000, settledMs: 1_000, everyMs: 500, good: 1 };
const soonMs = 14 * 24 * 60 * 60 * 1000;

/** What visitors get, and how long the certificates last; null where the worker itself has no network. */
export async function askOutside({ app, known, reach }: HealthLookInput): Promise<Trouble[] | null> {
  const wanted = externalPages(known?.app ?? app);
  const signal = cancelSignal();
  progress({ text: 'the site as a visitor' });
  const certificates = new Map<string, Certificate>();
  const ask = async (page: Page): Promise<ProbeResult> => {
    const result = await probeExternal(page.at, reach, { ...askingFor(page, askMs), signal });
    if (result.certificate) certificates.set(new URL(page.at).host, result.certificate);
    return result;
  };
  try {
    const pages = await askAll(wanted, ask, signal);
    return [...pages, ...[...certificates].flatMap(([host, each]) => expiring(host, each, Date.now()))];
  } catch (error) {
    if (error instanceof HostError) return null;
    throw error;
  }
}

/** What the app itself answers, on the host. */
export function askInside(session: HostSession, bind: Bind, app: App): Promise<Trouble[]> {
  const signal = cancelSignal();
  const ask = (page: Page) =>
    probe(session, bind, page.at, { ...askingFor(page, askMs), hostHeader: hostHeaderOf(app), signal });
  return askAll(internalPages(app), ask, signal);
}

async function askAll(
  pages: readonly Page[],
  ask: (page: Page) => Promise<ProbeResult>,
  signal: AbortSignal,
): Promise<Trouble[]> {
  const troubles = new Map<Page, Trouble>();
  const queue = pages.values();
  const work = async (): Promise<void> => {
    // The workers share one queue.
    for (const page of queue) {
      const asked = async () => judge(page, await ask(page));
      const polled = await pollUntilGood(asked, { ...patience, isGood: ({ good }) => good, signal });
      const text = expectedPage({ page, polled });
      if (!polled.ok) troubles.set(page, { key: `page ${page.at}`, kind: 'page', text });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return pages.flatMap((page) => troubles.get(page) ?? []);
}

/** A certificate that ends within 14 days. */
export function expiring(host: string, { validTo }: Certificate, now: number): Trouble[] {
  const left = Date.parse(validTo) - now;
  if (left >= soonMs) return [];
  const days = Math.max(0, Math.floor(left / (24 * 60 * 60 * 1000)));
  const text = `the certificate of ${host} ends on ${validTo.slice(0, 10)}, in ${days} days`;
  return [{ key: `certificate ${host}`, kind: 'certificate', text }];
}
