import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RehearseInput } from '../../domain/runbook/activities.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import type { Page } from '../../domain/app/page.js';
import { internalPages } from '../../domain/app/pages.js';
import type { Bind } from '../../domain/app/address.js';
import type { Measured } from '../../domain/plan/measured.js';
import { plainPath } from '../../domain/app/plain-path.js';
import { releaseFolder } from '../../domain/app/release.js';
import { fields, type Fields } from '../../host/fields.js';
import { bindFields, bindName } from '../../host/keepers/bind-name.js';
import { change, type Change } from '../../host/door/door.js';
import { redact } from '../../domain/secrets/text.js';
import { askingFor } from '../../host/proof/judge.js';
import { addressLine, envFilePath, environmentFile, startScript } from '../../host/keepers/launch.js';
import { readLog, logEvidence } from '../../host/proof/log.js';
import type { Manager } from '../../host/keepers/manager.js';
import { checkPages, expectedPage } from '../../host/proof/page-check.js';
import { probe } from '../../host/proof/probe.js';
import { proveProcess } from '../../host/proof/process-proof.js';
import { loadFile } from '../../host/scripts.js';
import { settledProof } from '../../host/proof/settled-proof.js';
import { HostError, type HostSession } from '../../host/types.js';
import { bindOf, launchOf, sharedPaths, userOf } from '../change/make-change.js';
import { cancelSignal, progress } from '../runtime/context.js';
import { bootedBy, rehearsalName, staysUp } from './address.js';
import { hostHeaderOf, notProved } from '../proof/not-proved.js';
import { isMeasured, measure } from './measure.js';
import { counted } from '../../host/door/counted.js';

const listenSeconds = 60;
/** What listens elsewhere by then is taken to have been told a wrong address. */
const elsewhereMs = 10_000;
const pageMs = 20_000;
const settledMs = 2_000;
const askMs = 10_000;
/** It ends by itself so long after it was to be ready, should the worker be gone. */
const beyondSeconds = 120;

/** One boot of the staged release on a spare address, and what it is asked there. */
export class Rehearsal {
  private readonly signal = cancelSignal();
  private readonly manager: Manager;
  private readonly where: string;
  /** Each attempt boots anew, so each has its own entry in the journal. */
  private readonly op = `rehearse-${randomBytes(4).toString('hex')}`;

  constructor(
    private readonly session: HostSession,
    private readonly input: RehearseInput,
    readonly bind: Bind,
  ) {
    this.manager = bootedBy(input).manager;
    this.where = `rehearsal on ${session.alias}`;
  }

  async boot(): Promise<void> {
    const { app, plan, release } = this.input;
    progress({ text: `boots on ${bindName(this.bind)}` });
    const launch = { ...launchOf(this.input), bind: this.bind };
    // Told of a rehearsal an app leaves things off, which visitors are to have.
    const rehearsed = staysUp(this.input) ? '' : 'BELAY_REHEARSAL="1"\n';
    const environment = `${environmentFile(launch)}${rehearsed}${this.isPlan ? 'PYTHONDONTWRITEBYTECODE="1"\n' : ''}`;
    const runtime = this.bind.kind === 'socket' ? rehearsalName(this.input) : '';
    // A deployment's build has linked them.
    const dependencies = this.isPlan ? plan.hostOnly.filter(({ fate }) => fate === 'dependencies') : [];
    const { exit, output } = await this.change(this.op, {
      verb: 'boot',
      fields: {
        user: userOf(this.input),
        runtime,
        envFile: envFilePath(app, release),
        seconds: staysUp(this.input) ? undefined : this.readySeconds + beyondSeconds,
        liveAt: bindFields(bindOf(this.input)).bindWhere,
        spareAt: bindFields(this.bind).bindWhere,
        asBefore: plan.artifact === '' ? addressLine(bindOf(this.input)) : undefined,
        lasting: dependencies.map(({ path }) => plainPath(path)),
        shared: sharedPaths(app),
      },
      input: [startScript(launch, true), environment, await loadFile('lib/env-file.sh')]
        .map(counted)
        .join(''),
      signal: this.signal,
    });
    if (exit === 0) return;
    const message = `${this.where}: the release could not be booted (exit status ${exit}):\n${output.trim().slice(-1000)}`;
    throw new HostError(failureTypes.commandFailed, message);
  }

  async listens(): Promise<string> {
    const started = performance.now();
    for (;;) {
      const { faults, evidence, seen, state } = await settledProof(() => this.prove(this.bind), {
        signal: this.signal,
      });
      if (faults.length === 0) return `rehearsed: ${evidence}`;
      await this.refuseLiveAddress();
      if (state.fallen) throw await this.failed(['it ended before it listened']);
      if (seen.listeners.length > 0 && state.starting !== true) throw await this.failed(faults);
      const waited = performance.now() - started;
      const isLate = waited > this.readySeconds * 1000;
      // What may take its time by belay.yml may open another port first: one for its figures, say.
      if (isLate || (waited > elsewhereMs && this.input.app.readySeconds === undefined)) {
        const elsewhere = await this.listensElsewhere();
        if (elsewhere !== '') throw await this.failed([...faults, `it listens on ${elsewhere} instead`]);
        if (isLate) throw await this.failed(faults);
      }
      await sleep(200, undefined, { signal: this.signal });
    }
  }

  async pages(): Promise<string[]> {
    const { app } = this.input;
    progress({ text: 'pages of the rehearsal' });
    const ask = (page: Page, signal: AbortSignal) =>
      probe(this.session, this.bind, page.at, {
        ...askingFor(page, askMs),
        hostHeader: hostHeaderOf(app),
        signal,
      });
    const hopeless = async () => (await this.prove(this.bind)).state.fallen;
    const deadlineMs = Math.max(pageMs, (app.readySeconds ?? 0) * 1000);
    const options = { deadlineMs, settledMs, good: 1, hopeless, signal: this.signal };
    const { good, failed } = await checkPages(internalPages(app), ask, options);
    await this.refuseLiveAddress();
    if (failed) {
      const ended = (await this.prove(this.bind)).state.fallen ? ['it ended while it was asked'] : [];
      throw await this.failed([expectedPage(failed), ...ended]);
    }
    return good.map(
      ({ page, polled }) =>
        `rehearsed: GET ${page.at} → ${polled.last.status} in ${polled.last.durationMs} ms`,
    );
  }

  /** What it lacks of what serves, where that is compared. @throws HostError as measure() does */
  async measured(): Promise<Measured | undefined> {
    if (!isMeasured(this.input)) return undefined;
    const [serving, here] = await Promise.all([this.prove(bindOf(this.input)), this.prove(this.bind)]);
    const seen = { serving: serving.seen.holders, rehearsed: here.seen.holders };
    return measure(this.session, this.input, seen, this.signal);
  }

  async log(): Promise<string> {
    return logEvidence('the rehearsal', await this.readLog());
  }

  /** Not ended by a cancellation, nor kept from by a full disk: what was booted is stopped all the same. */
  async stop(): Promise<void> {
    const { exit, output } = await this.change(`${this.op}-stop`, { verb: 'stop', rerun: 'failed' });
    if (exit === 0) return;
    throw new HostError(
      failureTypes.connectionLost,
      `${this.where} could not be stopped, it is tried again: ${output.trim().slice(-500)}`,
    );
  }

  /** Where SO_REUSEPORT is set, a copy that listens at the live address would be given visitors. */
  private async refuseLiveAddress(): Promise<void> {
    const live = bindOf(this.input);
    const { seen } = await this.prove(live);
    if (!seen.holders.some((holder) => this.manager.keeps(holder, seen.keeper))) return;
    throw await this.failed([
      `it listens on ${bindName(live)}, the running app’s address, instead of ${bindName(this.bind)}`,
    ]);
  }

  private async failed(faults: string[]): Promise<HostError> {
    const remedy = this.isPlan
      ? ''
      : 'Nothing was stopped, the running version is untouched. Mend it and deploy again. run has to use {bind}, {port} or the ' +
        'variable PORT; an app that must not run twice heeds BELAY_REHEARSAL=1 or has rehearse: false.';
    return notProved({ where: this.where, faults, log: await this.readLog(), remedy });
  }

  /** The TCP ports that it listens on, in words; empty where there are none, or by now the one that it should listen on. */
  private async listensElsewhere(): Promise<string> {
    const { stdout } = await this.session.run('rehearse', this.told('listens'), {
      timeoutMs: 20_000,
      signal: this.signal,
    });
    const ports = new Set(stdout.match(/\d+/g) ?? []);
    const isThere = this.bind.kind === 'port' && ports.has(String(this.bind.port));
    return ports.size === 0 || isThere ? '' : `port ${[...ports].join(', ')}`;
  }

  private prove(bind: Bind) {
    const { app, release } = this.input;
    const tree = `${releaseFolder(app.path, release)}/tree`;
    return proveProcess(this.session, { manager: this.manager, bind, tree, release }, this.signal);
  }

  private readLog() {
    const begun = { path: this.input.app.path, begin: `releases/${this.input.release}/rehearsal/begun` };
    return readLog(this.session, this.manager.log, begun, this.signal);
  }

  /** Through the door; a plan, which has no number for it, acts past it. */
  private async change(
    op: string,
    {
      verb,
      fields: more,
      rerun = 'never',
      ...others
    }: { verb: string; fields?: Fields } & Pick<Change, 'input' | 'signal'> & Partial<Pick<Change, 'rerun'>>,
  ): Promise<{ exit: number; output: string }> {
    const { app, number, deployment } = this.input;
    const args = this.told(verb, more);
    const options = { ...others, timeoutMs: 60_000 };
    if (number === undefined) {
      const { code, stdout, stderr } = await this.session.run('rehearse', args, options);
      return { exit: code, output: redact(`${stdout}${stderr}`) };
    }
    const fixed = { path: app.path, number, deployment, op, script: 'rehearse', rerun } as const;
    return change(this.session, { ...fixed, ...options, args });
  }

  /** What rehearse.sh is told. */
  private told(verb: string, more: Fields = {}): string[] {
    const { app, release } = this.input;
    return [verb, fields({ path: app.path, release, keeper: fields(this.manager.keeper), ...more })];
  }

  private get readySeconds(): number {
    return this.input.app.readySeconds ?? listenSeconds;
  }

  private get isPlan(): boolean {
    return this.input.number === undefined;
  }
}
