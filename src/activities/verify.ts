import type { Activities, ChangeInput } from '../domain/activities.js';
import { releaseFolder } from '../domain/release.js';
import { beginOf, exceptions, quoteLog, readLog, type Log } from '../host/log.js';
import type { Manager } from '../host/manager/manager.js';
import { checkPages, describeFailure } from '../host/page-check.js';
import type { Checked } from '../host/page-check.js';
import type { ProbeResult } from '../host/probe-answer.js';
import { probeExternal } from '../host/probe-external.js';
import type { ExternalResult } from '../host/probe-external.js';
import { probe } from '../host/probe.js';
import { proveProcess } from '../host/process-proof.js';
import { settledProof } from '../host/settled-proof.js';
import type { HostError, HostSession } from '../host/types.js';
import { bindOf, managerOfChange } from './changing.js';
import { cancelSignal, progress } from './context.js';
import type { Step } from './dependencies.js';
import { hostHeaderOf, notProved } from './serving.js';

const polling = {
  // Beyond nginx's own fail_timeout of 10 s, during which it leaves out an app that it found down.
  deadlineMs: 20_000,
  // An error that the app gives for this long it will go on giving.
  settledMs: 2_000,
};
const askMs = 10_000;

/** Proves that what serves is the new release: process, pages from inside, pages from outside, log. */
export const verify: Step<'verify'> = ({ hosts }) => {
  return async (input): ReturnType<Activities['verify']> => {
    const session = await hosts.session(input.reach);
    const verification = new Verification(session, input);
    return {
      evidence: [
        await verification.process(),
        ...(await verification.inside()),
        ...(await verification.outside()),
        await verification.log(),
      ],
    };
  };
};

class Verification {
  private readonly signal = cancelSignal();
  private readonly manager: Manager;

  constructor(
    private readonly session: HostSession,
    private readonly input: ChangeInput,
  ) {
    this.manager = managerOfChange(input);
  }

  async process(): Promise<string> {
    progress({ text: 'who listens' });
    const { faults, evidence } = await settledProof(() => this.prove(), { signal: this.signal });
    if (faults.length === 0) return evidence;
    throw await this.failed(
      'what serves is not the new release',
      faults,
      'Only the new release may listen there: stop what else does. run has to stay in the foreground and to listen at {bind}. Mend it in belay.yml, and deploy again.',
    );
  }

  async inside(): Promise<string[]> {
    const { app } = this.input;
    progress({ text: 'pages from inside' });
    const options = { timeoutMs: askMs, hostHeader: hostHeaderOf(app) };
    const ask = (path: string, signal: AbortSignal) =>
      probe(this.session, bindOf(this.input), path, { ...options, signal });
    const hopeless = async (): Promise<boolean> => (await this.prove()).state.fallen;
    const { good, failed } = await checkPages(app.verify.internal, ask, {
      ...polling,
      hopeless,
      signal: this.signal,
    });
    if (failed) {
      throw await this.failed(
        'asking the app itself',
        [expectedPage(failed), ...(await this.prove()).faults],
        'Mend the page, or verify.internal in belay.yml where the path is wrong, and deploy again.',
      );
    }
    return good.map(
      ({ page, polled: { last } }) => `GET ${page} → ${last.status} in ${last.durationMs} ms, 3 in a row`,
    );
  }

  async outside(): Promise<string[]> {
    const { app, reach } = this.input;
    progress({ text: 'pages from outside' });
    const ask = (url: string, signal: AbortSignal) => probeExternal(url, reach, { timeoutMs: askMs, signal });
    const { good, failed } = await checkPages(app.verify.external, ask, { ...polling, signal: this.signal });
    if (failed) {
      // Where the host cannot be reached either, this throws: the worker's network is gone, and nothing is said of the site.
      const { faults } = await this.prove();
      throw await this.failed(
        'asking as a visitor',
        [expectedPage(failed), ...faults],
        'The app itself answered from inside: look at nginx (its error log, proxy_pass, the certificate) and at the address ' +
          'of the name, then deploy again.',
      );
    }
    return good.map(({ page, polled }) => `GET ${page} → ${described(polled.last)}, 3 in a row`);
  }

  async log(): Promise<string> {
    const { faults } = await this.prove();
    if (faults.length > 0) {
      throw await this.failed(
        'the new release did not stay up',
        faults,
        'Mend what its log says, and deploy again.',
      );
    }
    const log = await this.readLog();
    if (log.unreadable !== undefined)
      return `log of ${this.manager.label}: cannot be read (${log.unreadable})`;
    if (exceptions(log.lines).length === 0)
      return `log of ${this.manager.label}: ${log.lines.length} lines, no exception`;
    return `log of ${this.manager.label}: the pages answer, but it tells of an exception:\n${quoteLog(log, 8)}`;
  }

  private async failed(how: string, faults: string[], remedy: string): Promise<HostError> {
    return notProved({
      where: `verify on ${this.session.alias}, ${how}`,
      faults,
      log: await this.readLog(),
      remedy,
    });
  }

  private prove() {
    const { app, release } = this.input;
    const expected = {
      manager: this.manager,
      bind: bindOf(this.input),
      tree: `${releaseFolder(app.path, release)}/tree`,
      release,
    };
    return proveProcess(this.session, expected, this.signal);
  }

  private readLog(): Promise<Log> {
    const { app, number } = this.input;
    return readLog(this.session, this.manager.log, beginOf(app.path, number, 'start'), this.signal);
  }
}

function expectedPage({ page, polled }: Checked<ProbeResult>): string {
  return `GET ${page} was expected to answer below 400; it ${describeFailure(polled)}`;
}

function described({ status, location, certificate }: ExternalResult): string {
  const to = location === undefined ? '' : ` to ${location}`;
  return `${status}${to}${certificate ? `, certificate valid until ${certificate.validTo.slice(0, 10)}` : ''}`;
}
