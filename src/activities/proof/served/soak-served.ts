import type { ChangeInput } from '../../../domain/runbook/activities.js';
import { externalPages } from '../../../domain/app/pages.js';
import { askingFor, judge } from '../../../host/proof/judge.js';
import { expectedPage } from '../../../host/proof/page-check.js';
import { probeExternal } from '../../../host/proof/probe-external.js';
import { Watch } from '../../../host/proof/soak/watch.js';
import type { HostError, HostSession } from '../../../host/types.js';
import { notProved } from '../not-proved.js';
import { releaseFiles } from './release-files.js';

const askMs = 5000;
/** What needs a script on the host is looked at more seldom. */
const deepEveryMs = 1000;

/** Watches files alone for a while: where path leads, pages as a visitor, 5xx in nginx's access log. */
export class SoakServed {
  private readonly watch: Watch;
  private deepAt = -Infinity;
  private looks = 0;

  constructor(
    private readonly session: HostSession,
    private readonly input: ChangeInput,
    private readonly signal: AbortSignal,
  ) {
    this.watch = new Watch(session, { logs: input.plan.front?.accessLogs ?? [], stopped: [] });
  }

  soFar(seconds: number): string {
    return `soak ${seconds} of ${this.input.app.soakSeconds} s`;
  }

  /** `final`: no hiccup that may pass. */
  async look(): Promise<{ faults: string[]; final: boolean }> {
    this.looks += 1;
    const isDeep = performance.now() - this.deepAt >= deepEveryMs;
    if (isDeep) this.deepAt = performance.now();
    const [pages, around, { faults }] = await Promise.all([
      this.pages(),
      isDeep ? this.watch.look([], this.signal) : [],
      isDeep ? releaseFiles(this.session, this.input, this.signal) : { faults: [] },
    ]);
    const lasting = [...faults, ...around];
    return { faults: [...lasting, ...pages], final: lasting.length > 0 };
  }

  failed(faults: readonly string[], seconds: number): Promise<HostError> {
    return Promise.resolve(
      notProved({
        where: `soak on ${this.session.alias}, after ${Math.round(seconds)} of ${this.input.app.soakSeconds} s`,
        faults: [...new Set(faults)],
        remedy: 'The release was served well but not for long: look at nginx’s error log, and deploy again.',
      }),
    );
  }

  evidence(): string[] {
    const pages = externalPages(this.input.app).map(({ at }) => `GET ${at}`);
    return [
      `${this.input.app.soakSeconds} s: ${[`${this.looks} looks`, ...pages].join(', ')}`,
      ...this.watch.evidence(),
    ];
  }

  private async pages(): Promise<string[]> {
    const told = await Promise.all(
      externalPages(this.input.app).map(async (page) => {
        const options = { ...askingFor(page, askMs), signal: this.signal };
        const answer = judge(page, await probeExternal(page.at, this.input.reach, options));
        return answer.good ? [] : [expectedPage({ page, polled: { ok: false, last: answer, asked: 1 } })];
      }),
    );
    return told.flat();
  }
}
