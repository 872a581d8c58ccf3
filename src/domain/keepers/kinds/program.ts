import type { DescribesKeeper } from './kind.js';
import { isOfProgram, ownProgramOf } from '../own-program.js';

/** Somebody's own program of supervisord's, or a group of them: belay changes nothing of its section. */
export const ownProgramKeeper: DescribesKeeper = (app, seen) => {
  const name = app.program ?? seen.program?.program ?? '';
  return {
    kind: 'program',
    name,
    label: `supervisor program ${name}`,
    commit: `leave supervisor program ${name} as it is, at boot too`,
    isMade: false,
    needsRoot: true,
    rootText: () => 'Supervisord can be asked by root alone',
    needsSystemd: false,
    givesEnvironment: false,
    standsIn: true,
    seen: (facts) => {
      const program = ownProgramOf(facts, app);
      return program === null
        ? `expected supervisor program ${name} to keep the app, no supervisord has it`
        : { program };
    },
    keeps: (keeper) => keeper.kind === 'supervisor' && isOfProgram(keeper.name, name),
  };
};
