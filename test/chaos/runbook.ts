import { steps, type StepName } from '../../src/domain/runbook/steps.js';

const names = Object.keys(steps) as StepName[];
const undos = names.filter((name) => steps[name].kind === 'undo');

/** What a deployment takes that succeeds, in its order: a step that is new in the list is disturbed by itself. */
export const forward: StepName[] = [...names.filter((name) => isBefore(name, 'takeBack')), 'settle'];

/** What one takes on its way back. */
export const back: StepName[] = [...undos, 'settle'];

/** Everything after the claim of the host and before nginx is led back and the release committed. */
export const changing = names.filter((name) => isBefore('claim', name) && isBefore(name, 'leaveDetour'));

/** The undos that put something back which serves. */
export const undoing = undos.filter((name) => name !== 'takeBack' && steps[name].back?.onFailure !== 'tell');

function isBefore(one: StepName, other: StepName): boolean {
  return names.indexOf(one) < names.indexOf(other);
}
