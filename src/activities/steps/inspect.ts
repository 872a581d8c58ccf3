import type { Target } from '../../domain/app/app.js';
import { hasProcess } from '../../domain/app/kind.js';
import { decideServing, frontOfApp } from '../../domain/nginx/served/front.js';
import type { Front } from '../../domain/nginx/gates/gates.js';
import type { Facts } from '../../domain/facts/facts.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { externalPages, internalPages } from '../../domain/app/pages.js';
import type { Baseline } from '../../domain/app/baseline.js';
import { readHost, subjectOf } from '../../host/facts/read.js';
import { probe } from '../../host/proof/probe.js';
import type { ProbeResult } from '../../host/proof/probe-answer.js';
import { gateOf, probeNginx } from '../../host/proof/probe-nginx.js';
import { nameChecker } from '../../host/proof/names.js';
import { probeExternal, type ExternalResult } from '../../host/proof/probe-external.js';
import { heeding } from '../../host/heeding.js';
import { HostError, type HostSession } from '../../host/types.js';
import { cancelSignal, progress } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';
import { hostHeaderOf } from '../proof/not-proved.js';

const askMs = 10_000;

/** Reads the host's facts and what the site answers now. Harmless. */
export const inspect: Step<'inspect'> =
  ({ hosts }) =>
  async ({ app, reach }) => {
    const signal = cancelSignal();
    const session = await hosts.session(reach);
    progress({ text: 'reading the host' });
    const asked = Date.now();
    const { facts: read, ...footing } = await readHost(session, subjectOf(app), signal);
    const facts = withSkew(read, asked, Date.now());
    progress({ text: 'asking the site' });
    return { facts, ...footing, baseline: await baselineOf(session, facts, { app, reach }, signal) };
  };

/** The host read its clock at some time between the two, in milliseconds; what is within is no difference. */
function withSkew(facts: Facts, asked: number, answered: number): Facts {
  const { now } = facts.system;
  const ahead = now - answered / 1000;
  const behind = now + 1 - asked / 1000;
  const skewSeconds = Math.round(ahead > 0 ? ahead : behind < 0 ? behind : 0);
  return skewSeconds === 0 ? facts : { ...facts, system: { ...facts.system, skewSeconds } };
}

/**
 * What the site answers before anything is changed. The url of a page that is asked of the app itself is its path, as
 * in `verify.internal`.
 */
async function baselineOf(
  session: HostSession,
  facts: Facts,
  { app, reach }: Pick<Target, 'app' | 'reach'>,
  signal: AbortSignal,
): Promise<Baseline[]> {
  const { bind } = decideServing(facts, app, reach.alias);
  const options = { timeoutMs: askMs, signal };
  const internal = (hasProcess(app) ? internalPages(app) : []).map(({ at }) =>
    bind === null
      ? { url: at, status: null, error: 'where the app listens is not known' }
      : answer(at, probe(session, bind, at, { ...options, hostHeader: hostHeaderOf(app) })),
  );
  const front = frontOfApp(facts, app, bind);
  const gates = front === null ? [] : gateAnswers(session, front, app, options);
  const leads = nameChecker(session, facts, reach);
  const external = externalPages(app).map(async ({ at }): Promise<Baseline> => {
    const [{ certificate, ...asked }, elsewhere] = await Promise.all([
      probeExternal(at, reach, options).catch(withoutNetwork),
      heeding(signal, leads(new URL(at).hostname)),
    ]);
    return {
      ...answered(at, asked),
      ...(certificate === undefined ? {} : { certificateUntil: certificate.validTo }),
      ...(elsewhere === undefined ? {} : { elsewhere }),
    };
  });
  return Promise.all([...internal, ...external, ...gates]);
}

/** What nginx on the host itself answers, where it leads to the app; a page of visitors at its own gate too. */
function gateAnswers(
  session: HostSession,
  { gates, asks = [] }: Front,
  app: Target['app'],
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<Baseline>[] {
  const named = externalPages(app).flatMap(({ at }) => {
    const gate = gateOf(gates, at);
    return gate === undefined ? [] : [{ url: at, gate }];
  });
  const all = new Map(
    [...asks, ...named].map(({ url, gate }) => [JSON.stringify([url, gate]), { url, gate }]),
  );
  return [...all.values()].map(async ({ url, gate }) => ({
    ...(await answer(url, probeNginx(session, gates, url, { ...options, at: gate }))),
    gate,
  }));
}

async function answer(url: string, asked: Promise<ProbeResult>): Promise<Baseline> {
  return answered(url, await asked);
}

function answered(url: string, { status, error }: ProbeResult): Baseline {
  return { url, status, ...(error === undefined ? {} : { error }) };
}

/** That the worker has no network is no verdict on the site, and no reason to refuse to look. */
function withoutNetwork(error: unknown): ExternalResult {
  if (!(error instanceof HostError) || error.type !== failureTypes.hostUnreachable) throw error;
  return { status: null, error: error.message, durationMs: 0, bodyStart: '' };
}
