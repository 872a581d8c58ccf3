import { Context } from '@temporalio/activity';
import type { HealthLook, HealthLookInput } from '../../domain/runbook/activities.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import type { Facts } from '../../domain/facts/facts.js';
import type { Trouble } from '../../domain/health/health.js';
import { actingDeployment, driftOf, knownFrom, type Known } from '../../domain/health/drift.js';
import { keptApp } from '../../domain/plan/kept-app.js';
import { releaseFolder } from '../../domain/app/release.js';
import { releaseKeeper } from '../../domain/keepers/kinds/of-app.js';
import { readFacts, subjectOf } from '../../host/facts/read.js';
import { changedFiles } from '../../host/facts/changed-files.js';
import { managerOf } from '../../host/keepers/choose.js';
import { judge, proveProcess } from '../../host/proof/process-proof.js';
import { HostError, type HostSession } from '../../host/types.js';
import { cancelSignal, progress } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';
import { deployedApp } from '../health/deployed-app.js';
import { askInside, askOutside } from '../health/pages.js';

/** Looks at the site from outside, at the app from inside, and at the host against what the last deployment left. */
export const healthLook: Step<'healthLook'> =
  ({ hosts }) =>
  async (input) => {
    const outside = await askOutside(input);
    if (outside === null) return blind('the worker itself cannot reach the network');
    try {
      return await new Look(await hosts.session(input.reach), input, outside).take();
    } catch (error) {
      if (!(error instanceof HostError) || cancelSignal().aborted) throw error;
      if (isOwnNetwork(error)) return blind(error.message);
      const text = `the host could not be looked at: ${error.message}`;
      return { seen: { state: 'judged', troubles: [...outside, { key: 'host', kind: 'host', text }] } };
    }
  };

class Look {
  private readonly signal = cancelSignal();

  constructor(
    private readonly session: HostSession,
    private readonly input: HealthLookInput,
    private readonly outside: readonly Trouble[],
  ) {}

  async take(): Promise<HealthLook> {
    const facts = await this.facts();
    const acting = actingDeployment(facts);
    if (acting !== undefined) return deploying(acting);

    const known = await this.known(facts);
    const app = known.app ?? this.input.app;
    progress({ text: 'the app itself' });
    const pages = known.bind === null ? [] : await askInside(this.session, known.bind, app);
    const { troubles: process, restarts } = await this.process(known, facts);
    progress({ text: 'files' });
    const troubles = [
      ...this.outside,
      ...pages,
      ...process,
      ...driftOf(facts, known, app, this.session.alias),
      ...(await changedFiles(this.session, app, this.signal)),
    ];
    if (troubles.length > 0) {
      // A deployment that began meanwhile is no trouble.
      const later = await this.facts();
      const began = actingDeployment(later);
      if (began !== undefined) return deploying(began);
      if ((later.app.fence?.number ?? 0) !== known.number)
        return deploying(later.app.fence?.deployment ?? '');
    }
    return { seen: { state: 'judged', troubles }, known: { ...known, restarts } };
  }

  private facts(): Promise<Facts> {
    progress({ text: 'the host' });
    return readFacts(this.session, subjectOf(this.input.app), this.signal);
  }

  /** What the host is held against; made anew after each deployment. */
  private async known(facts: Facts): Promise<Known> {
    const { known, app } = this.input;
    const number = facts.app.fence?.number ?? 0;
    if (known?.number === number) return known;
    const later =
      known && facts.app.fence && (await deployedApp(Context.current().client, facts.app.fence.deployment));
    const given = later ?? known?.app;
    const fresh = knownFrom(facts, given ?? app, this.session.alias, -1);
    return given === undefined ? fresh : { ...fresh, app: given };
  }

  private async process(known: Known, facts: Facts): Promise<{ troubles: Trouble[]; restarts: number }> {
    const { active, bind, restarts: before } = known;
    const { app } = this.input;
    if (active === null || bind === null) return { troubles: [], restarts: before };
    const tree = `${releaseFolder(app.path, active)}/tree`;
    const { app: own } = keptApp(facts, app, this.session.alias);
    const keeper = releaseKeeper(own);
    // After a rollback to what was adopted its own keeper has it again.
    const earlier = keeper.isMade
      ? facts.app.releases.find(({ release }) => release === active)?.before
      : undefined;
    const kept = earlier === undefined ? keeper.seen(facts) : { before: earlier };
    if (typeof kept === 'string')
      return { troubles: [{ key: 'process', kind: 'process', text: kept }], restarts: before };
    const manager = managerOf(app, active, kept);
    const expected = { manager, bind, tree, release: active };
    const { seen, state } = await proveProcess(this.session, expected, this.signal);
    const { restarts } = state;
    // That it was restarted once, long ago, is over.
    const { faults } = judge(
      { ...seen, keeper: { ...seen.keeper, NRestarts: '0', restarts: '0' } },
      expected,
    );
    const again =
      before >= 0 && restarts > before
        ? [`${manager.label} had to be started again since the last look`]
        : [];
    const troubles = [...faults, ...again].slice(0, 5);
    return {
      troubles: troubles.length === 0 ? [] : [{ key: 'process', kind: 'process', text: troubles.join('; ') }],
      restarts,
    };
  }
}

function deploying(deployment: string): HealthLook {
  return { seen: { state: 'deploying', why: `${deployment} changes the host` } };
}

function blind(why: string): HealthLook {
  return { seen: { state: 'blind', why } };
}

/** Where the worker is cut off, nothing can be said of a host. */
function isOwnNetwork(error: HostError): boolean {
  const { code = '' } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return error.type === failureTypes.hostUnreachable && /^(?:ENETUNREACH|ENETDOWN|EAI_AGAIN)$/.test(code);
}
