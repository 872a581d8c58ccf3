import type { Keeper } from '../../app/keeper.js';
import { appView } from '../process-groups.js';
import {
  alikePrograms,
  isOfProgram,
  ownProgramOf,
  programApart,
  programGives,
  programStays,
  wholeProgram,
} from '../own-program.js';
import {
  keptPrograms,
  programKeeper,
  programLabel,
  programTouches,
  type KeptProgram,
} from '../supervisor.js';
import { anotherUser, becauseOf } from './another-user.js';
import type { FoundKind, StopKind } from './found.js';
import type { DescribesKeeper } from './kind.js';

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

interface KeptBySupervisor {
  by: 'supervisor';
  program: KeptProgram;
}

/** A program of supervisord's that something runs under now. */
export const supervisor: FoundKind<KeptBySupervisor> & StopKind<Extract<Keeper, { kind: 'supervisor' }>> = {
  find: (_group, line, { facts }) => {
    const program = keptPrograms(facts.supervisors ?? []).find(({ program: { pid } }) =>
      line.some((process) => process.pid === pid),
    );
    return program === undefined ? null : { by: 'supervisor', program };
  },
  text: ({ program }) => programLabel(program),
  survivesBoot: ({ program: { program } }) => (program.atBoot ? 'yes' : 'no'),
  named: ({ program: { program } }, facts, path) =>
    programTouches(program, appView(facts, null, path))
      ? { key: 'program', value: wholeProgram(program) }
      : null,
  namesApp: ({ program: { program } }, view) => programTouches(program, view),
  keepers: ({ program }) => [programKeeper(program)],
  stops: ({ program }, _group, { app, role, why }) => [
    {
      role,
      keeper: programKeeper(program),
      label: programLabel(program),
      why,
      active: true,
      enabled: program.program.atBoot,
      ...(programStays(program, app) && { stays: 'stops' as const }),
    },
  ],
  alike: alikePrograms,
  ends: (isActive) => (isActive ? 'Stop' : 'Keep stopped'),
  staying: { kind: 'program' },
  keeps: () => true,
  runs: true,
  comesBack: true,
  onHost: ({ supervisors = [] }) =>
    keptPrograms(supervisors).map((kept) => ({
      keeper: programKeeper(kept),
      texts: [kept.program.directory, kept.program.command],
    })),
  gives: programGives,
  goesOn: (keeper) => {
    const program = wholeProgram(keeper);
    return {
      key: program,
      setting: { program },
      hindered: (facts, app, user) =>
        becauseOf(programApart(facts, program, app.path) ?? anotherUser(app, user)),
    };
  },
  also: ', also when supervisord starts',
  names: ({ name }) => [
    name,
    ...name
      .split(':')
      .slice(0, 1)
      .map((group) => `${group}:*`),
  ],
};
