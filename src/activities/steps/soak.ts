import { setTimeout as sleep } from 'node:timers/promises';
import type { Activities, ProveInput } from '../../domain/runbook/activities.js';
import { hasProcess } from '../../domain/app/kind.js';
import { internalPages } from '../../domain/app/pages.js';
import { releaseKeeper } from '../../domain/keepers/kinds/of-app.js';
import { stopKind } from '../../domain/keepers/kinds/of-group.js';
import { askingFor, judge } from '../../host/proof/judge.js';
import { readLog } from '../../host/proof/log.js';
import type { Manager } from '../../host/keepers/manager.js';
import { expectedPage } from '../../host/proof/page-check.js';
import { probe } from '../../host/proof/probe.js';
import { proveProcess } from '../../host/proof/process-proof.js';
import { Watch } from '../../host/proof/soak/watch.js';
import type { HostError, HostSession } from '../../host/types.js';
import { underWay } from '../detour/drained.js';
import { servedOf, type Served } from '../detour/served.js';
import { cancelSignal, progress } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';
import { hostHeaderOf, notProved } from '../proof/not-proved.js';
import { SoakServed } from '../proof/served/soak-served.js';
import { forbiddenLines } from '../proof/log-check.js';

/** Between two looks; after one that found a fault it is looked again sooner. */
const everyMs = 250;
const againMs = 150;
/** What needs a script on the host is looked at more seldom. */
const deepEveryMs = 1000;
const askMs = 5000;
/** So many failures in a row are no hiccup. */
const tolerated = 2;
/** Pages asked at a look; of more of them some at each. */
const mostPages = 8;

/** Watches the new release for a while: it has to go on serving, without a restart, and without harm around it. */
export const soak: Step<'soak'> = ({ hosts }) => {
  return async (input): ReturnType<Activities['soak']> => {
    const { soakSeconds } = input.app;
    const signal = cancelSignal();
    const session = await hosts.session(input.reach);
    const soaking = hasProcess(input.app)
      ? new Soak(session, input, signal, await ledSecondsAgo(session, input))
      : new SoakServed(session, input, signal);
    const started = performance.now();
    let inRow = 0;
    for (let seconds = 0; seconds < soakSeconds; seconds = (performance.now() - started) / 1000) {
      progress({ text: soaking.soFar(Math.floor(seconds)) });
      const { faults, final } = await soaking.look();
      signal.throwIfAborted();
      inRow = faults.length === 0 ? 0 : inRow + 1;
      if (final || inRow > tolerated) throw await soaking.failed(faults, seconds);
      await sleep(faults.length === 0 ? everyMs : againMs, undefined, { signal });
    }
    return { evidence: soaking.evidence() };
  };
};

class Soak {
  private readonly manager: Manager;
  private readonly served: Served;
  private readonly watch: Watch;
  /** Of what served at the look before. */
  private pids: number[] = [];
  private isSuspect = false;
  private deepAt = -Infinity;
  private looks = 0;
  private slowestMs = 0;

  constructor(
    private readonly session: HostSession,
    private readonly input: ProveInput,
    private readonly signal: AbortSignal,
    led: number | undefined,
  ) {
    const { app, plan } = input;
    this.served = servedOf(input);
    this.manager = this.served.manager;
    const own = releaseKeeper(app, plan);
    // In a detour nothing was stopped yet; an earlier release ran under the same unit, or the same entry.
    const stopped =
      input.spare === undefined
        ? plan.stops.filter(({ keeper }) => stopKind(keeper).comesBack && !own.keeps(keeper))
        : [];
    const logs = plan.front?.accessLogs ?? [];
    this.watch = new Watch(session, { logs, stopped, ...(led === undefined ? {} : { ledSecondsAgo: led }) });
  }

  soFar(seconds: number): string {
    const canary = this.watch.canary();
    const text = `soak ${seconds} of ${this.input.app.soakSeconds} s`;
    return canary === undefined ? text : `${text}: ${canary}`;
  }

  /** `final`: no hiccup that may pass. */
  async look(): Promise<{ faults: string[]; final: boolean }> {
    this.looks += 1;
    // A process that something speaks against is looked at again at once, or its fault would seem to have passed.
    const isDeep = this.isSuspect || performance.now() - this.deepAt >= deepEveryMs;
    if (!isDeep) return { faults: await this.pages(), final: false };
    this.deepAt = performance.now();
    const [proof, pages, log, around] = await Promise.all([
      this.prove(),
      this.pages(),
      this.log(),
      this.watch.look(this.pids, this.signal),
    ]);
    this.pids = [...new Set(proof.seen.holders.map(({ pid }) => pid))];
    this.isSuspect = proof.faults.length > 0;
    const lasting = [...log, ...around];
    const faults = [...lasting, ...proof.faults, ...pages];
    return { faults, final: lasting.length > 0 || proof.state.fallen };
  }

  async failed(faults: readonly string[], seconds: number): Promise<HostError> {
    const { app } = this.input;
    const [proof, log] = await Promise.all([
      this.prove(),
      readLog(this.session, this.manager.log, this.served.begin, this.signal),
    ]);
    return notProved({
      where: `soak on ${this.session.alias}, after ${Math.round(seconds)} of ${app.soakSeconds} s`,
      faults: [...new Set([...faults, ...proof.faults])],
      log,
      remedy: 'The release started well but did not stay well: mend what its log says, and deploy again.',
    });
  }

  evidence(): string[] {
    const { soakSeconds } = this.input.app;
    const pages = internalPages(this.input.app)
      .map(({ at }) => `GET ${at}`)
      .slice(0, mostPages);
    return [
      `${soakSeconds} s: ${this.looks} looks, no restart, ${pages.join(', ')} in ${this.slowestMs} ms at most`,
      ...this.watch.evidence(),
    ];
  }

  private prove() {
    return proveProcess(this.session, this.served, this.signal);
  }

  private async pages(): Promise<string[]> {
    const { app } = this.input;
    const all = internalPages(app);
    const from = (this.looks * mostPages) % all.length;
    const now = [...all.slice(from), ...all.slice(0, from)].slice(0, mostPages);
    const told = await Promise.all(
      now.map(async (page) => {
        const options = { ...askingFor(page, askMs), hostHeader: hostHeaderOf(app), signal: this.signal };
        const answer = judge(page, await probe(this.session, this.served.bind, page.at, options));
        this.slowestMs = Math.max(this.slowestMs, answer.durationMs);
        return answer.good ? [] : [expectedPage({ page, polled: { ok: false, last: answer, asked: 1 } })];
      }),
    );
    return told.flat();
  }

  private async log(): Promise<string[]> {
    const { app } = this.input;
    if ((app.verify.log ?? []).length === 0) return [];
    const { lines } = await readLog(this.session, this.manager.log, this.served.begin, this.signal);
    const found = forbiddenLines(app.verify.log, lines);
    return found === undefined ? [] : [found.fault, ...found.quoted];
  }
}

/** Where visitors were led from the old version to this one: how long ago. */
async function ledSecondsAgo(session: HostSession, input: ProveInput): Promise<number | undefined> {
  if (input.spare === undefined) return undefined;
  return (await underWay(session, input, cancelSignal()))?.ledSecondsAgo;
}
