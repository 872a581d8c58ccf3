import type { App } from '../../domain/app/app.js';
import { releaseFolder } from '../../domain/app/release.js';
import type { OwnEntry } from '../../domain/keepers/keeper.js';
import { entryLabel } from '../../domain/keepers/own-entry.js';
import { environmentFile } from './launch.js';
import type { ManagerState, ReleaseManager, Said } from './manager.js';
import { descendsFrom, processManager } from './process.js';
import { besideManager } from './systemd.js';
import { twinManager } from './twin.js';

/** Somebody's own entry of pm2's: its instances are started anew by their ids, and nothing else. */
export function ownEntryManager(app: App, release: string, own: OwnEntry): ReleaseManager {
  const { entry, user, home, command, mode, reloads, elsewhere } = own;
  const label = entryLabel(own);
  const how = reloads === true ? 'reload' : 'restart';
  const asked = { entry, owner: user, home, command };
  return {
    label,
    isMade: false,
    ...(elsewhere === true && { worksElsewhere: true }),
    // In its cluster mode pm2's daemon listens, and hands connections to the instances.
    ...(mode === 'cluster' && { handsOn: ({ pid }, { daemon }) => daemon === String(pid) }),
    keeper: { kind: 'entry', name: entry, label, definition: 'keeper', home, command, how, owner: user },
    log: { kind: 'none', why: `pm2 keeps it: \`pm2 logs ${entry}\`` },
    started: (launch) => ({
      // For hooks and `belay exec`: the entry has an environment of its own.
      environment: environmentFile(launch),
    }),
    rehearsal: (name) =>
      own.byItself === true
        ? { manager: twinManager(name, label, asked), folder: `/run/${name}` }
        : {
            manager: {
              ...processManager('the rehearsal', app.path, release),
              // With the variables that the entry has.
              keeper: { kind: 'process', name: release, label: 'the rehearsal', path: app.path, ...asked },
            },
            folder: `${releaseFolder(app.path, release)}/rehearsal/run`,
          },
    ...(own.byItself !== true && { beside: (name) => besideManager(name, asked) }),
    look: `pm2 describe ${entry}`,
    stateOf: (said) => stateOf(label, said, elsewhere === true),
    keeps: (holder, said) => instancesOf(said).some(({ pid }) => descendsFrom(holder, pid)),
  };
}

interface Instance {
  id: string;
  status: string;
  pid: string;
  ticks: number;
  /** It works in the release's tree. */
  isInTree: boolean;
}

/** `ID:STATUS:PID:TICKS:in|out`, as manager-entry.sh says them. */
function instancesOf({ instances = '' }: Said): Instance[] {
  return instances.split(' ').flatMap((text) => {
    const [id = '', status = '', pid = '', ticks = '', where] = text.split(':');
    return id === '' ? [] : [{ id, status, pid, ticks: Number(ticks), isInTree: where === 'in' }];
  });
}

/** One that was stopped before is left as it is, and one at least has to run. */
function stateOf(label: string, said: Said, worksElsewhere: boolean): ManagerState {
  const all = instancesOf(said).filter(({ status }) => status !== 'stopped');
  const faults: string[] = [];
  if (all.length === 0) faults.push(`expected ${label} to be online, none of its instances runs`);
  for (const { id, status, pid, isInTree } of all) {
    const instance = `instance ${id} of ${label}`;
    if (status !== 'online' || pid === '0') faults.push(`expected ${instance} to be online, it is ${status}`);
    else if (!isInTree && !worksElsewhere)
      faults.push(`expected ${instance} (pid ${pid}) to work in the release, it works elsewhere`);
  }
  const { restarts = '0' } = said;
  if (restarts !== '0') faults.push(`expected ${label} to run since its start, it was started again`);
  const waits = ['launching', 'stopping', 'waiting-restart'];
  return {
    faults,
    fallen: restarts !== '0' || all.some(({ status }) => status !== 'online' && !waits.includes(status)),
    restarts: Number(restarts),
    earliestTicks: Math.min(...all.map(({ ticks }) => ticks), Infinity),
  };
}
