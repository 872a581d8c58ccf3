import type { Holder, Manager } from './manager.js';

/**
 * A process that nothing keeps, as a release is rehearsed where pm2 will keep it: pm2's list is other people's too, and
 * is saved by whoever saves it.
 * @param path the app's
 */
export function processManager(label: string, path: string, release: string): Manager {
  return {
    label,
    isMade: true,
    keeper: { kind: 'process', name: release, label, path },
    log: { kind: 'file', file: `releases/${release}/rehearsal/log`, from: '' },
    stateOf: ({ pid = '', ticks = '' }) => ({
      faults: pid === '' ? [`expected ${label} to run, it has ended`] : [],
      fallen: pid === '',
      restarts: 0,
      earliestTicks: Number(ticks),
    }),
    keeps: (holder, { pid }) => descendsFrom(holder, pid),
  };
}

/** Whether a process is the one with that pid, or descends from it. */
export function descendsFrom({ pid, ancestors }: Holder, root: string | undefined): boolean {
  return root !== undefined && root !== '' && [pid, ...ancestors].includes(Number(root));
}
