import { moments, type Moment } from './aim.js';
import { faults, type Fault, type FaultName } from './faults.js';
import { back, forward } from './runbook.js';
import type { Version } from './world.js';

/** What a trial is about: a fault at a moment of a step, while a version is deployed that serves, or one that fails. */
export interface Combination {
  version: Version;
  step: string;
  moment: Moment;
  fault: FaultName;
}

/** What a combination may need of the host. */
export interface Host {
  /** A deployment lies behind it. */
  settled: boolean;
  smallDisk: boolean;
}

const stepsOf: Record<Version, string[]> = {
  good: forward,
  // It is not rehearsed, so there is no detour.
  failing: back.filter((step) => step !== 'undoDetour'),
  late: back,
  // It fails while the old version was not stopped yet.
  seen: ['verify', 'takeBack', 'undoDetour', 'unstage', 'settle'],
  shut: ['maintain', ...back],
};

/** Every fault at every moment of every step and undo in which it means something; always in the same order. */
export function combinations(): Combination[] {
  return (Object.keys(faults) as FaultName[]).flatMap((fault) =>
    (Object.keys(stepsOf) as Version[]).flatMap((version) =>
      stepsOf[version]
        .filter((step) => needs(fault).steps?.includes(step) ?? true)
        .filter((step) => !(needs(fault).settledHost && needsNewHost(fault, step)))
        .flatMap((step) =>
          (Object.keys(moments) as Moment[]).map((moment) => ({ version, step, moment, fault })),
        ),
    ),
  );
}

/** The same list in an order that the numbers decide (Fisher and Yates). @param random gives numbers from 0 to 1 */
export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const left = [...list];
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  return drawn;
}

/** Whether a combination can be tried on a host as it is. */
export function fits({ fault, step }: Combination, host: Host): boolean {
  const { settledHost, restartsHost, smallDisk } = needs(fault);
  if (settledHost && !host.settled) return false;
  // The small disk would be lost.
  if (restartsHost && host.smallDisk) return false;
  return !(needsNewHost(fault, step) && host.settled) && !(smallDisk && !host.smallDisk);
}

/** Whether such a host is rarer than others, so that what can be tried on no other comes first. */
export function isRare({ fault, step }: Combination): boolean {
  return needsNewHost(fault, step) || needs(fault).smallDisk === true;
}

function needsNewHost(fault: FaultName, step: string): boolean {
  // Later deployments find no conflicts.
  return step === 'quiesce' || needs(fault).newHost === true;
}

function needs(fault: FaultName): Fault {
  return faults[fault];
}
