import type { OutcomeKind } from '../../src/domain/runbook/outcome.js';
import { summary } from '../../src/sandbox/load.js';
import { aimAt, learn, stepsAt } from './aim.js';
import type { Combination } from './combinations.js';
import { faults, type Fault } from './faults.js';
import { look, violations, violationsOfLost, type Seen } from './invariants.js';
import type { Version, World } from './world.js';

/** A fault in a step, and when in it. */
export interface Trial extends Combination {
  /** Of the seed that it was drawn from, from 1. */
  number: number;
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
  /** The last look, which may be the first one of the next trial. */
  after?: Seen | undefined;
}

const endsWithinMs = 300_000;
const shut = ['maintenance: maintenance.html', 'hooks: { release: [sleep 0.5] }'];
/** Lines of belay.yml. What fails would fail in rehearsal. */
const settings: Record<Version, string[]> = {
  good: [],
  failing: ['rehearse: false'],
  late: [],
  seen: [],
  shut,
};
/** Steps that a deployment has only where belay.yml names commands. */
const commands: Record<string, string[]> = {
  maintain: shut,
  build: ['build: [sleep 0.5]'],
  releaseHook: ['hooks: { release: [sleep 0.5] }'],
};

/**
 * One deployment with one fault, and what is true afterwards.
 * @param seen what is true before it, where somebody has just looked
 */
export async function attempt(world: World, trial: Trial, seen?: Seen): Promise<Result> {
  const began = Date.now();
  const fault: Fault = faults[trial.fault];
  const before = seen ?? (await look(world));
  // No line twice.
  const lines = new Set([
    ...settings[trial.version],
    ...(commands[trial.step] ?? []),
    ...(fault.settings ?? []),
  ]);
  const deploying = await world.deploy(trial.version, [...lines]);
  const hit = await aimAt(world, deploying, { ...trial, shift: trial.chance });
  const struck = Date.now();
  const seenLast = await world.view(deploying.runId);
  const wrong = hit ? await fault.strike(world, deploying, { chance: trial.chance, before }) : [];

  // Whoever followed it is gone as well.
  if (fault.losesHistory && hit) deploying.command.interrupt();
  const followed = await within(endsWithinMs, deploying.command.done);
  const seconds = () => (Date.now() - began) / 1000;
  if (fault.losesHistory && hit && followed) {
    const after = await look(world);
    return {
      outcome: null,
      cause: null,
      met: seenLast ? stepsAt(seenLast, struck) : [],
      seconds: seconds(),
      outageSeconds: outageSince(world, began),
      violations: [...wrong, ...violationsOfLost(before, after, fault)],
      after,
    };
  }
  const view = await world.view(deploying.runId);
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
  const missed = world.load.result().answers.filter((one) => one.asked >= began && one.status !== 200);
  const ended = { view, followed, status, version: deploying.version, kind: trial.version, fault, missed };
  return {
    outcome: view.outcome,
    cause: view.cause,
    met: hit ? stepsAt(view, struck) : [],
    seconds: seconds(),
    outageSeconds: outageSince(world, began),
    violations: [...wrong, ...violations(before, after, ended)],
    after,
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
