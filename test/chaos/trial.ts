import type { OutcomeKind } from '../../src/domain/outcome.js';
import { aimAt, learn, stepsAt, type Moment } from './aim.js';
import { summary } from '../../src/sandbox/load.js';
import { faults, type Fault, type FaultName } from './faults.js';
import { look, violations } from './invariants.js';
import type { Version, World } from './world.js';

export interface Trial {
  version: Version;
  /** The step in which the fault comes, and when. */
  step: string;
  moment: Moment;
  fault: FaultName;
  /** 0 to 1: shifts the moment a little, and says how long what was killed stays away. */
  chance: number;
}

export interface Result {
  outcome: OutcomeKind | null;
  cause: string | null;
  /** The steps that the fault met; empty where the deployment was over before. */
  met: string[];
  seconds: number;
  /** Seconds without the site. */
  outageSeconds: number;
  violations: string[];
}

const endsWithinMs = 180_000;
/** A page at a time, so that an undisturbed first look is the same as the last. */
const settings: Record<Version, string[]> = { good: [], failing: ['rehearse: false'] };

/** One deployment with one fault, and what is true afterwards. */
export async function attempt(world: World, trial: Trial): Promise<Result> {
  const began = Date.now();
  const fault: Fault = faults[trial.fault];
  const before = await look(world);
  const deploying = await world.deploy(trial.version, settings[trial.version]);
  const hit = await aimAt(world, deploying, { ...trial, shift: trial.chance });
  const struck = Date.now();
  const wrong = hit ? await fault.strike(world, deploying, trial.chance * 3_000) : [];

  const followed = await within(endsWithinMs, deploying.command.done);
  const view = await world.view(deploying.runId);
  const seconds = () => (Date.now() - began) / 1000;
  if (!followed || view?.state !== 'closed') {
    deploying.command.interrupt();
    const open = view?.steps.filter(({ endedAt }) => endedAt === null) ?? [];
    const said = open.map(({ name, status, attempts, lastFailure }) =>
      [name, status, attempts, lastFailure?.message].join(' '),
    );
    const late = `it did not end within ${endsWithinMs / 1000} s of the fault: ${view?.state}: ${said.join('; ')}\n${deploying.command.said()}`;
    const met = view ? stepsAt(view, struck) : [];
    return {
      outcome: null,
      cause: null,
      met,
      seconds: seconds(),
      outageSeconds: NaN,
      violations: [...wrong, late],
    };
  }
  learn(view);
  const after = await look(world);
  const status = await world.status(deploying.runId);
  const ended = { view, followed, status, version: deploying.version, kind: trial.version, fault };
  return {
    outcome: view.outcome,
    cause: view.cause,
    met: hit ? stepsAt(view, struck) : [],
    seconds: seconds(),
    outageSeconds: outageSince(world, began),
    violations: [...wrong, ...violations(before, after, ended)],
  };
}

function outageSince(world: World, since: number): number {
  return summary(world.load.result().answers.filter(({ asked }) => asked >= since)).outageSeconds;
}

/** undefined where it takes longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
