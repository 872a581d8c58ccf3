import type { SupervisorFacts, SupervisorProgram } from '../facts/facts.js';
import type { Keeper } from '../app/keeper.js';
import type { AppView } from './process-groups.js';
import { listensOn, namesPath } from './touches.js';

/** A program of supervisord's whose own lines in the configuration are known, so that it can be acted through. */
export interface KeptProgram {
  daemon: SupervisorFacts;
  program: SupervisorProgram & { file: string; section: string };
}

/** The programs of every supervisord that can be acted through. */
export function keptPrograms(daemons: readonly SupervisorFacts[]): KeptProgram[] {
  return daemons.flatMap((daemon) =>
    daemon.programs.flatMap((program) => {
      const { file, section } = program;
      return file === undefined || section === undefined
        ? []
        : [{ daemon, program: { ...program, file, section } }];
    }),
  );
}

export function programKeeper({ daemon, program }: KeptProgram): Keeper {
  const { config, command } = daemon;
  const { name, file, section } = program;
  return { kind: 'supervisor', config, command, name, file, section };
}

export function programLabel({ program }: KeptProgram): string {
  return `supervisor program ${program.name}`;
}

/** Whether supervisord has it running, or goes on trying (its states: supervisord.org/subprocess.html). */
export function programRuns({ state }: SupervisorProgram): boolean {
  return ['RUNNING', 'STARTING', 'BACKOFF', 'STOPPING'].includes(state);
}

/** Whether a program's own lines name the app's folder or, to listen on it, its port. */
export function programTouches(
  { directory, command }: SupervisorProgram,
  { folders, bind }: AppView,
): boolean {
  return (
    folders.some((folder) => namesPath(directory, folder) || namesPath(command, folder)) ||
    (bind?.kind === 'port' && listensOn(command, bind.port))
  );
}
