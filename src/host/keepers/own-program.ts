import type { App } from '../../domain/app/app.js';
import { releaseFolder } from '../../domain/app/release.js';
import type { OwnProgram } from '../../domain/keepers/keeper.js';
import { environmentFile } from './launch.js';
import type { ManagerState, ReleaseManager, Said } from './manager.js';
import { descendsFrom, processManager } from './process.js';
import { besideManager } from './systemd.js';
import { twinManager } from './twin.js';

/** Somebody's own program of supervisord's: it is told to stop and to start, and nothing else. */
export function ownProgramManager(app: App, release: string, own: OwnProgram): ReleaseManager {
  const { program, config, command } = own;
  const label = `supervisor program ${program}`;
  return {
    label,
    isMade: false,
    keeper: { kind: 'program', name: program, label, definition: 'keeper', config, command },
    log: { kind: 'none', why: `supervisord keeps it: \`supervisorctl tail -f ${program}\`` },
    started: (launch) => ({
      // For hooks and `belay exec`: the program has an environment of its own.
      environment: environmentFile(launch),
    }),
    rehearsal: (name) =>
      own.byItself === true
        ? {
            manager: twinManager(name, label, { program, config, command }),
            folder: `/run/${name}`,
          }
        : {
            manager: {
              ...processManager('the rehearsal', app.path, release),
              // With the variables that the program's process has.
              keeper: {
                kind: 'process',
                name: release,
                label: 'the rehearsal',
                path: app.path,
                program,
                command,
                config,
              },
            },
            folder: `${releaseFolder(app.path, release)}/rehearsal/run`,
          },
    ...(own.byItself !== true && { beside: (name) => besideManager(name, { program, command, config }) }),
    look: `supervisorctl status ${program}`,
    stateOf: (said) => stateOf(label, said),
    keeps: (holder, { pids = '' }) => pids.split(' ').some((pid) => descendsFrom(holder, pid)),
  };
}

function stateOf(label: string, { states = '', ticks = '', restarts = '0' }: Said): ManagerState {
  const names = states.split(' ').filter((state) => state !== '');
  const bad = names.filter((state) => state !== 'RUNNING');
  const faults: string[] = [];
  if (names.length === 0) faults.push(`expected ${label} to be RUNNING, supervisord does not say`);
  if (bad.length > 0) faults.push(`expected ${label} to be RUNNING, it is ${bad.join(' ')}`);
  if (restarts !== '0') faults.push(`expected ${label} to run since its start, it was started again`);
  return {
    faults,
    fallen: restarts !== '0' || bad.some((state) => state !== 'STARTING'),
    restarts: Number(restarts),
    earliestTicks: Number(ticks),
  };
}
