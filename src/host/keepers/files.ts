import { environmentFile } from './launch.js';
import type { ReleaseManager } from './manager.js';

/** Of files alone nothing runs: there is nothing to start, to stop or to read a log of. */
export function filesManager(): ReleaseManager {
  return {
    label: 'nginx',
    isMade: false,
    keeper: { kind: 'files', name: 'nginx', label: 'nginx', definition: 'keeper' },
    log: { kind: 'none', why: 'nothing of this app runs' },
    stateOf: () => ({ faults: [], fallen: false, restarts: 0, earliestTicks: 0 }),
    keeps: () => false,
    // For hooks and `belay exec`.
    started: (launch) => ({ environment: environmentFile(launch) }),
    rehearsal: () => {
      throw new Error('expected no rehearsal of files alone');
    },
    look: 'systemctl status nginx',
  };
}
