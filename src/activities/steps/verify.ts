import { join } from 'node:path';
import type { Activities, VerifyInput } from '../../domain/runbook/activities.js';
import { hasProcess } from '../../domain/app/kind.js';
import type { Page } from '../../domain/app/page.js';
import { externalPages, internalPages } from '../../domain/app/pages.js';
import { bindName } from '../../host/keepers/bind-name.js';
import { askingFor } from '../../host/proof/judge.js';
import { readLog, type Log, logEvidence } from '../../host/proof/log.js';
import type { Manager } from '../../host/keepers/manager.js';
import { checkPages, expectedPage } from '../../host/proof/page-check.js';
import { probeExternal } from '../../host/proof/probe-external.js';
import type { Certificate, ExternalResult } from '../../host/proof/probe-external.js';
import { probe } from '../../host/proof/probe.js';
import { proveProcess } from '../../host/proof/process-proof.js';
import { settledProof } from '../../host/proof/settled-proof.js';
import type { HostError, HostSession } from '../../host/types.js';
import { servedOf, type Served } from '../detour/served.js';
import { cancelSignal, progress } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';
import { hostHeaderOf, notProved } from '../proof/not-proved.js';
import { lookAt } from '../proof/browser.js';
import { runCommand } from '../proof/commands.js';
import { forbiddenLines } from '../proof/log-check.js';
import { polling, pollingSpare } from '../proof/polling.js';
import { sideBySide } from '../proof/side-by-side.js';
import { neighboursRemedy } from '../proof/neighbours.js';
import { verifyServed } from '../proof/served/verify-served.js';
import { askNginx } from '../proof/through-nginx.js';

const askMs = 10_000;

/**
 * Proves, layer by layer from the inside out, that what serves is the new release: process, pages from inside, pages through
 * nginx on the host, pages as a visitor, pages in a browser, belay.yml's own commands, the log since the start.
 */
export const verify: Step<'verify'> = ({ hosts, screenshots }) => {
  return async (input): ReturnType<Activities['verify']> => {
    const session = await hosts.session(input.reach);
    const signal = cancelSignal();
    if (!hasProcess(input.app)) return verifyServed(session, input, screenshots, signal);
    const verification = new Verification(session, input);
    return {
      evidence: [
        ...(await sideBySide([() => verification.process(), (ended) => verification.inside(ended)], signal)),
        ...(verification.isVisited ? await verification.fromOutside(screenshots, signal) : []),
        // They are of the release at its own address.
        ...(input.spare === undefined ? await verification.commands() : []),
        await verification.log(),
      ],
    };
  };
};

class Verification {
  private readonly signal = cancelSignal();
  private readonly manager: Manager;
  private readonly served: Served;
  private readonly answers: number;

  constructor(
    private readonly session: HostSession,
    private readonly input: VerifyInput,
  ) {
    this.served = servedOf(input);
    this.manager = this.served.manager;
    this.answers = input.app.verify.answers ?? 3;
  }

  /** In a detour what starts at its own address is not visited yet: visitors are where it was proved before. */
  get isVisited(): boolean {
    return this.served.isVisited;
  }

  async fromOutside(screenshots: string | undefined, signal: AbortSignal): Promise<string[]> {
    return [
      ...(await sideBySide([(ended) => this.throughNginx(ended), (ended) => this.outside(ended)], signal)),
      ...(await this.browser(screenshots)),
    ];
  }

  async process(): Promise<string[]> {
    progress({ text: 'who listens' });
    const { faults, evidence } = await settledProof(() => this.prove(), { signal: this.signal });
    if (faults.length === 0) return [evidence];
    throw await this.failed(
      'what serves is not the new release',
      faults,
      'Only the new release may listen there: stop what else does. run has to stay in the foreground and to listen at {bind}. Mend it in belay.yml, and deploy again.',
    );
  }

  async inside(signal: AbortSignal): Promise<string[]> {
    const { app } = this.input;
    progress({ text: 'pages from inside' });
    const ask = (page: Page, ended: AbortSignal) =>
      probe(this.session, this.served.bind, page.at, {
        ...askingFor(page, askMs),
        hostHeader: hostHeaderOf(app),
        signal: ended,
      });
    const hopeless = async (): Promise<boolean> => (await this.prove()).state.fallen;
    const deadlineMs = Math.max(polling.deadlineMs, (app.readySeconds ?? 0) * 1000);
    const options = { ...polling, deadlineMs, good: this.answers, hopeless, signal };
    const { good, failed } = await checkPages(internalPages(app), ask, options);
    if (failed) {
      throw await this.failed(
        'asking the app itself',
        [expectedPage(failed), ...(await this.prove()).faults],
        'Mend the page, or verify.internal in belay.yml where what it expects is wrong, and deploy again.',
      );
    }
    return good.map(
      ({ page, polled: { last } }) =>
        `GET ${page.at} → ${last.status} in ${last.durationMs} ms, ${this.answers} in a row`,
    );
  }

  async throughNginx(signal: AbortSignal): Promise<string[]> {
    progress({ text: 'pages through nginx and from outside' });
    const options = {
      ...(this.input.spare === undefined ? polling : pollingSpare),
      good: this.answers,
      signal,
    };
    const { evidence, failed, neighbours } = await askNginx(this.session, this.input, options);
    if (neighbours !== undefined)
      throw await this.failed('asking nginx on the host itself', neighbours, neighboursRemedy);
    if (failed === undefined) return evidence;
    const { faults } = await this.prove();
    throw await this.failed(
      'asking nginx on the host itself',
      [expectedPage(failed), ...faults],
      `The app itself answered on ${bindName(this.served.bind)}: look at nginx there (\`nginx -T\`: which server and location take this ` +
        'URL, where proxy_pass leads; its error log), then deploy again.',
    );
  }

  async outside(signal: AbortSignal): Promise<string[]> {
    const { app, reach } = this.input;
    const ask = (page: Page, ended: AbortSignal) =>
      probeExternal(page.at, reach, { ...askingFor(page, askMs), signal: ended });
    const options = {
      ...(this.input.spare === undefined ? polling : pollingSpare),
      good: this.answers,
      signal,
    };
    const { good, failed } = await checkPages(externalPages(app), ask, options);
    if (failed) {
      // Where the host cannot be reached either, this throws: the worker's network is gone, and nothing is said of the site.
      const { faults } = await this.prove();
      throw await this.failed(
        'asking as a visitor',
        [expectedPage(failed), ...faults],
        'The app itself answered from inside, and so did nginx on the host where it could be asked: look at the address of the ' +
          'name, at the certificate, at nginx (its error log, proxy_pass) and at what is between, then deploy again.',
      );
    }
    return good.map(
      ({ page, polled }) => `GET ${page.at} → ${described(polled.last)}, ${this.answers} in a row`,
    );
  }

  async browser(screenshots: string | undefined): Promise<string[]> {
    const { app, reach, release } = this.input;
    const { browser = [] } = app.verify;
    if (browser.length === 0) return [];
    progress({ text: 'pages in a browser' });
    const folder =
      screenshots && join(screenshots, app.name, app.environment, reach.alias.replaceAll('/', '-'), release);
    const seen = await lookAt(browser, { reach, folder, signal: this.signal });
    const failed = seen.find(({ faults }) => faults.length > 0);
    if (failed === undefined) return seen.map(({ evidence }) => evidence);
    throw await this.failed(
      `opening ${failed.url} in a browser`,
      failed.faults,
      `Seen: ${failed.evidence}. Mend the page, or verify.browser in belay.yml, and deploy again.`,
    );
  }

  async commands(): Promise<string[]> {
    const evidence: string[] = [];
    for (const [index, command] of (this.input.app.verify.commands ?? []).entries()) {
      progress({ text: command });
      const result = await runCommand(this.session, this.input, {
        command,
        index: index + 1,
        signal: this.signal,
      });
      if ('fault' in result) {
        const said = result.output === '' ? 'It said nothing.' : `It said:\n${result.output}`;
        throw await this.failed(
          'running verify.commands',
          [result.fault],
          `${said}\nMend what it tells of, or the command in belay.yml, and deploy again.`,
        );
      }
      evidence.push(result.evidence);
    }
    return evidence;
  }

  async log(): Promise<string> {
    const [{ faults }, log] = await Promise.all([this.prove(), this.readLog()]);
    if (faults.length > 0) {
      throw await this.failed(
        'the new release did not stay up',
        faults,
        'Mend what its log says, and deploy again.',
      );
    }
    const forbidden = forbiddenLines(this.input.app.verify.log, log.lines);
    if (forbidden !== undefined) {
      throw await this.failed(
        'reading the log since the start',
        [forbidden.fault, ...forbidden.quoted],
        'Mend what it tells of, or verify.log in belay.yml, and deploy again.',
      );
    }
    return logEvidence(this.manager.label, log);
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
    return proveProcess(this.session, this.served, this.signal);
  }

  private readLog(): Promise<Log> {
    return readLog(this.session, this.manager.log, this.served.begin, this.signal);
  }
}

function described({ status, location, certificate }: ExternalResult): string {
  const to = location === undefined ? '' : ` to ${location}`;
  return `${status}${to}${certificate ? `, ${validity(certificate)}` : ''}`;
}

const soonDays = 14;
function validity({ validTo }: Certificate): string {
  const left = Math.floor((Date.parse(validTo) - Date.now()) / 86_400_000);
  const until = `certificate valid until ${validTo.slice(0, 10)}`;
  return left < soonDays ? `${until}, which is in ${left} days: renew it` : until;
}
