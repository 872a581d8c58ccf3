import { hasProcess } from '../app/kind.js';
import type { Facts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import {
  addressText,
  armTexts,
  keeperOf,
  servingText,
  startText,
  verifyTexts,
  type Decided,
} from './actions.js';

/** The steps by which a server is given back, each as a sentence that a person can judge. */
export function ejectActions(decided: Decided, { app: { releases } }: Facts): string[] {
  const { app, release, bind, stops } = decided;
  const others = releases.map((one) => one.release).filter((name) => name !== release);
  const address = addressText(bind);
  return [
    `Keep for the way back: release ${release}, and how everything that stops was started`,
    ...armTexts(decided),
    ...stops.filter(({ role }) => role === 'app').map(servingText),
    `Make ${app.path} a folder again, with the files of release ${release}`,
    'Move into it what lies beside the releases and is linked from there: shared files, dependencies',
    ...(hasProcess(app) ? [startText(decided, address)] : []),
    `Verify: ${verifyTexts(app, address).join(', ')}`,
    ...(others.length === 0 ? [] : [`Delete the other releases: ${others.join(', ')}`]),
    `Delete what belay keeps for itself: ${app.path}.belay, and its records of this path`,
  ];
}

/** Whether what keeps the app can go on without belay. */
export function ejectFindings(decided: Decided, find: Finder): void {
  const { app, before } = decided;
  const keeper = keeperOf(decided);
  if (!keeper.isMade || before !== undefined) return;
  find.report(
    'keeper.made',
    `${keeper.label}, which belay made, keeps the app: it starts it out of belay’s own folder, which would be gone.`,
    `run: ${app.run}`,
    `Make a keeper of your own that works in ${app.path} and starts \`run\`, name it in belay.yml (\`unit\`, \`program\` or \`entry\`, in the place of \`manager\`), \`belay deploy\`; then eject.`,
  );
}
