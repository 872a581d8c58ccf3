import type { App } from '../../domain/app/app.js';
import { unitName } from '../../domain/app/release.js';
import type { KeptBefore } from '../../domain/facts/facts.js';
import { environmentFile } from './launch.js';
import type { ReleaseManager } from './manager.js';

/**
 * What kept the adopted version before belay, brought back as it was: a unit, an entry of pm2, a program of supervisor, or the
 * process itself as somebody started it, and lines of cron besides.
 */
export function beforeManager(app: App, { number, labels }: KeptBefore): ReleaseManager {
  const label = labels.join(', ');
  return {
    label,
    isMade: false,
    keeper: {
      kind: 'before',
      name: unitName(app),
      label: 'what kept the version before belay',
      definition: 'environment',
      backup: String(number),
    },
    log: { kind: 'journal', unit: unitName(app) },
    stateOf: () => ({ faults: [], fallen: false, restarts: 0, earliestTicks: 0 }),
    keeps: () => true,
    lends: ({ pid }) => pid === 1,
    worksElsewhere: true,
    // For hooks and `belay exec`.
    started: (launch) => ({ environment: environmentFile(launch) }),
    rehearsal: () => {
      throw new Error(`expected no rehearsal of what ${label} keeps: it was adopted`);
    },
    look: label,
  };
}
