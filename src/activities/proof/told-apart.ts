import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../../domain/app/app.js';
import type { Bind } from '../../domain/app/address.js';
import type { Front, GatePage } from '../../domain/nginx/gates/gates.js';
import type { Look, SilentAnswer } from '../../domain/runbook/activities.js';
import { bindName } from '../../host/keepers/bind-name.js';
import { probe } from '../../host/proof/probe.js';
import type { HostSession } from '../../host/types.js';
import { comesThere } from './connections.js';
import { isSameLook, lookedAtBytes, lookOf } from './look.js';
import { toldByStop, type Told } from './neighbours.js';
import { hostHeaderOf } from './not-proved.js';
import { askLook, askTrial, newWord, withWord } from './silent-gates.js';

interface Proof {
  session: HostSession;
  app: App;
  /** Where the release listens. */
  bind: Bind;
  front: Front;
  silent: readonly SilentAnswer[];
  deadlineMs: number;
  signal: AbortSignal | undefined;
}

const askMs = 5_000;
const everyMs = 500;
const mostLooked = 12;

/**
 * What tells the app from its neighbours at each gate, now that it is back: what its stop changed there, whether what stood in for
 * it still does, and where neither says it, whether nginx connects to its address.
 */
export async function toldApart(proof: Proof): Promise<Map<GatePage, Told>> {
  const { session, bind, front, signal } = proof;
  const { asks = [] } = front;
  const silent = (index: number) => proof.silent.find(({ ask }) => ask === index);
  const told = new Map(
    await Promise.all(
      asks.map(async (ask, index) => [ask, await byStop(proof, ask, silent(index))] as const),
    ),
  );
  // One after the other, or their connections could not be told apart.
  for (const [ask] of [...told].filter(([, { isOpen }]) => isOpen).slice(0, mostLooked))
    told.set(
      ask,
      byConnection(await comesThere(session, front, ask, { to: bind, signal }), bind, told.get(ask)),
    );
  return told;
}

async function byStop(proof: Proof, ask: GatePage, then: SilentAnswer | undefined): Promise<Told> {
  const { session, front, signal } = proof;
  if (then?.page !== undefined && (await stillStandsIn(proof, ask, then.page)))
    return {
      words: `nginx answers as it did while the app was stopped (${then.page.status}), and the app itself answers otherwise: visitors get what stands in for it`,
      isNeighbours: true,
    };
  const now = then === undefined ? undefined : await askTrial(session, front, ask, signal);
  return toldByStop(ask, then, now);
}

/** nginx leaves out for a while what it found down, so it is asked until then. */
async function stillStandsIn(proof: Proof, ask: GatePage, then: Look): Promise<boolean> {
  const { session, front, deadlineMs, signal } = proof;
  if (then.status === null || then.status >= 400) return false;
  for (const until = performance.now() + deadlineMs; ;) {
    const now = await askLook(session, front, ask, signal);
    if (now === undefined || !isSameLook(now, then) || (await isAppsOwn(proof, ask, now))) return false;
    if (performance.now() >= until) return true;
    await sleep(everyMs, undefined, { signal });
  }
}

/** Whether the app itself answers so, or cannot be asked for this page. */
async function isAppsOwn({ session, app, bind, signal }: Proof, ask: GatePage, look: Look): Promise<boolean> {
  const path = ask.standsIn?.path ?? ask.page;
  if (path === undefined) return true;
  const word = newWord();
  for (const hostHeader of new Set([ask.gate.name, hostHeaderOf(app)])) {
    const options = { timeoutMs: askMs, keepBytes: lookedAtBytes, hostHeader, ...(signal ? { signal } : {}) };
    const answer = await probe(session, bind, withWord(path, word), options);
    if (isSameLook(lookOf(answer, word), look)) return true;
  }
  return false;
}

function byConnection(comes: boolean | string, to: Bind, told: Told = { words: '' }): Told {
  if (comes === true) return { words: `nginx connects to ${bindName(to)} when it is asked there` };
  if (comes === false)
    return {
      words: `nginx answers there without connecting to ${bindName(to)}: what answers is not this app`,
      isNeighbours: true,
    };
  return { words: `${told.words}; ${comes}` };
}
