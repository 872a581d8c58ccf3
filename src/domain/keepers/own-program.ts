import type { AppOnHost } from '../app/app.js';
import type { Facts } from '../facts/facts.js';
import type { OwnProgram, Stop } from './keeper.js';
import { appView } from './process-groups.js';
import {
  keptPrograms,
  programKeeper,
  programLabel,
  programRuns,
  programTouches,
  type KeptProgram,
} from './supervisor.js';

/** The program, or the group, that belay.yml names to go on keeping the app; null where it names none, or the host has none. */
export function ownProgramOf(facts: Facts, app: AppOnHost): OwnProgram | null {
  if (app.program === undefined) return null;
  const [first] = programsOf(facts, app.program);
  if (first === undefined) return null;
  const { config, command } = first.daemon;
  return { program: app.program, config, command };
}

/** All that belong to it: with numprocs one program is several. */
export function programsOf(facts: Facts, name: string): KeptProgram[] {
  return keptPrograms(facts.supervisors ?? []).filter(({ program }) => isOfProgram(program.name, name));
}

/** Whether supervisorctl's `web:words_00` is of the program or group of that name. */
export function isOfProgram(name: string, program: string): boolean {
  return name === program || name.startsWith(`${program}:`);
}

/** Whether it goes on keeping the app. */
export function programStays({ program }: KeptProgram, app: AppOnHost): boolean {
  return app.program !== undefined && isOfProgram(program.name, app.program);
}

/** The programs of the group that belay.yml names, besides those that stop already. */
export function alikePrograms(app: AppOnHost, facts: Facts, stops: readonly Stop[]): Stop[] {
  const isKnown = ({ program }: KeptProgram) =>
    stops.some(({ keeper }) => keeper.kind === 'supervisor' && keeper.name === program.name);
  return (app.program === undefined ? [] : programsOf(facts, app.program))
    .filter((kept) => !isKnown(kept))
    .map((kept) => ({
      role: 'app',
      keeper: programKeeper(kept),
      label: programLabel(kept),
      why: `is of ${app.program ?? ''} too`,
      active: programRuns(kept.program),
      enabled: kept.program.atBoot,
      stays: 'stops',
    }));
}

/** As belay.yml names it: with numprocs, the group of all that its section starts. */
export function wholeProgram({ name, section = '' }: { name: string; section?: string }): string {
  const [group = '', ...inGroup] = name.split(':');
  return inGroup.length > 0 && section === `program:${group}` ? group : name;
}

/** Why a program cannot go on keeping the app as it is; undefined where it can. */
export function programApart(facts: Facts, name: string, path: string): string | undefined {
  const view = appView(facts, null, path);
  const apart = programsOf(facts, name).find(({ program }) => !programTouches(program, view))?.program;
  return apart && `[${apart.section}] in ${apart.file} names no folder below ${path}`;
}

/** The settings of a program's section that belay's own unit would not have. */
export function programGives({ name }: { name: string }, { supervisors = [] }: Facts): string[] {
  const programs = supervisors.flatMap((daemon) => daemon.programs);
  const { settings = [] } = programs.find((one) => one.name === name) ?? {};
  const more = settings.filter((text) => !sameInUnit.test(text));
  return more.length === 0 ? [] : [`supervisor program ${name}: ${more.join(', ')}`];
}

/** What of a program's section belay's own unit does alike. */
const sameInUnit =
  /^(?:autorestart (?:true|yes|on|1|unexpected)|stopsignal (?:SIG)?TERM|numprocs 1|exitcodes 0)$/i;
