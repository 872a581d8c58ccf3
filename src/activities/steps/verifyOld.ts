import type { App } from '../../domain/app/app.js';
import { hasProcess } from '../../domain/app/kind.js';
import type { Activities, UndoInput } from '../../domain/runbook/activities.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { internalPages } from '../../domain/app/pages.js';
import type { Baseline } from '../../domain/app/baseline.js';
import { describeFailure } from '../../host/proof/page-check.js';
import { isGoodAnswer, pollUntilGood } from '../../host/proof/poll.js';
import type { ProbeResult } from '../../host/proof/probe-answer.js';
import { probeExternal } from '../../host/proof/probe-external.js';
import { probeNginx } from '../../host/proof/probe-nginx.js';
import { probe } from '../../host/proof/probe.js';
import { bindName } from '../../host/keepers/bind-name.js';
import { HostError } from '../../host/types.js';
import type { HostSession } from '../../host/types.js';
import { cancelSignal, progress } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';
import { oldBindOf } from '../change/make-change.js';
import { hostHeaderOf, notProved } from '../proof/not-proved.js';

/** The old version has to start first. */
const deadlineOf = ({ readySeconds = 0 }: App) => Math.max(30_000, readySeconds * 1000);
const askMs = 10_000;

/** After a rollback: the old version listens again, and answers as it did before anything was changed. */
export const verifyOld: Step<'verifyOld'> = ({ hosts }) => {
  return async (input): ReturnType<Activities['verifyOld']> => {
    const session = await hosts.session(input.reach);
    const evidence = [await listens(session, input)];
    // In a detour visitors are not there yet: what they get is seen once they are led back.
    const isLed = input.plan.strategy?.takes === 'detour' || input.plan.maintenance !== undefined;
    const asked = input.plan.baseline.filter(({ url }) => !isLed || url.startsWith('/'));
    for (const before of asked) evidence.push(await answersAsBefore(session, input, before));
    return { evidence };
  };
};

async function listens(session: HostSession, { app, plan }: UndoInput): Promise<string> {
  if (!hasProcess(app)) return `${app.path} is as it was: no process was stopped`;
  const bind = oldBindOf(plan);
  const served = plan.stops.some(({ role, active }) => role === 'app' && active);
  if (!bind || !served) return 'nothing served before';
  const [path, signal] = [internalPages(app)[0].at, cancelSignal()];
  progress({ text: `waiting for ${bindName(bind)}` });
  const polled = await pollUntilGood(
    () => probe(session, bind, path, { timeoutMs: askMs, hostHeader: hostHeaderOf(app), signal }),
    { deadlineMs: deadlineOf(app), good: 1, isGood: ({ status }) => status !== null, signal },
  );
  if (polled.ok)
    return `${bindName(bind)} GET ${path} → ${polled.last.status}: the old version listens again`;
  throw notProved({
    where: `the old version on ${session.alias}`,
    faults: [`expected it to listen on ${bindName(bind)} again; GET ${path} ${describeFailure(polled)}`],
    remedy: `Look at why it does not start (${plan.stops.map(({ label }) => label).join(', ')}); once it serves, retry the rollback.`,
  });
}

/** A page that failed before is asked once, and may fail again; one that worked has to work. */
async function answersAsBefore(session: HostSession, input: UndoInput, before: Baseline): Promise<string> {
  const signal = cancelSignal();
  const was =
    before.status === null ? `no answer (${before.error ?? 'no reason given'})` : String(before.status);
  progress({ text: `GET ${before.url}` });
  const worked = isWorking(before);
  const ask = async (): Promise<ProbeResult> => {
    try {
      return await askAgain(session, input, before, signal);
    } catch (error) {
      // Where the worker never could reach it, that is as before.
      if (worked || !(error instanceof HostError && error.type === failureTypes.hostUnreachable)) throw error;
      return { status: null, error: error.message, durationMs: 0, bodyStart: '' };
    }
  };
  const good = worked ? 3 : 1;
  const polled = await pollUntilGood(ask, {
    deadlineMs: deadlineOf(input.app),
    good,
    isGood: (now) => isAsBefore(before, now),
    signal,
  });
  const now = polled.last.status ?? `no answer (${polled.last.error ?? ''})`;
  if (polled.ok) return `GET ${before.url} → ${now}, before: ${was}`;
  throw notProved({
    where: `the old version on ${session.alias}`,
    faults: [`GET ${before.url} answered ${was} before the deployment; now it ${describeFailure(polled)}`],
    remedy: 'Look at nginx’s error log and the old version’s; once it serves, retry the rollback.',
  });
}

/** As inspection asked: a bare path at the app itself, a URL as a visitor would or of nginx on the host. */
function askAgain(
  session: HostSession,
  { app, reach, plan }: UndoInput,
  { url, gate }: Baseline,
  signal: AbortSignal,
): Promise<ProbeResult> {
  if (gate !== undefined) {
    const gates = plan.front?.gates ?? [gate];
    return probeNginx(session, gates, url, { timeoutMs: askMs, signal, at: gate });
  }
  if (!url.startsWith('/')) return probeExternal(url, reach, { timeoutMs: askMs, signal });
  const bind = oldBindOf(plan);
  if (bind === null) {
    return Promise.resolve({
      status: null,
      error: 'where the app listens is not known',
      durationMs: 0,
      bodyStart: '',
    });
  }
  return probe(session, bind, url, { timeoutMs: askMs, hostHeader: hostHeaderOf(app), signal });
}

function isWorking({ status, error }: Baseline): boolean {
  return status !== null && status < 500 && error === undefined;
}

function isAsBefore(before: Baseline, now: ProbeResult): boolean {
  if (!isWorking(before) || isGoodAnswer(now)) return true;
  const refusedBefore = before.status !== null && before.status >= 400;
  return refusedBefore && now.error === undefined && now.status !== null && now.status < 500;
}
