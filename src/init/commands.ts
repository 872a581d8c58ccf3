import type { Environment, Service } from '../domain/environment/environment.js';
import type { UnitFacts } from '../domain/facts/facts.js';
import { isEnabled } from '../domain/keepers/evidence.js';
import { foundKind } from '../domain/keepers/kinds/of-group.js';
import { isWithin } from '../domain/keepers/touches.js';
import { whoText, type Known, type Question, type Said } from './decision.js';
import type { Framework } from './framework.js';
import type { Place } from './places.js';
import { portableRun } from './portable-run.js';

/** The command by which a service was started, as `run`; null where it cannot be told. */
export function commandOf({ process, kept, listeners }: Service): string | null {
  if (process === null) return null;
  const address = {
    ports: listeners.flatMap(({ protocol, port }) => (protocol === 'tcp' ? [port] : [])),
    sockets: listeners.flatMap(({ path }) => (path === undefined ? [] : [path])),
  };
  const kind = kept === null ? undefined : foundKind(kept);
  const said = kept === null ? undefined : kind?.command?.(kept);
  if (said !== undefined) return portableRun({ ...said, ...address });
  const own = portableRun({ argv: process.command, cwd: process.cwd, ...address });
  const text = kept === null ? undefined : kind?.commandText?.(kept);
  return own ?? (text === undefined ? null : commandIn(text, { cwd: process.cwd, ...address }));
}

/** The start command: what a person says, what runs now, what a unit that is down would run, what the source says. */
export function chooseRun(
  { survey }: Environment,
  { path, within, services }: Place,
  service: Service | null,
  framework: Framework,
  said: Said,
): { run: Known<string> } | { question: Question } {
  if (said.run !== undefined) return { run: { value: said.run, from: 'as you said' } };
  const running = service === null ? null : commandOf(service);
  if (service !== null && running !== null)
    return { run: { value: inside(within, running), from: `how ${whoText(service)} was started` } };
  const [unit, ...others] = services.length > 0 ? [] : survey.units.filter((one) => isDormant(one, path));
  if (unit !== undefined && others.length === 0) {
    const ports = [...unit.execStart.matchAll(/[:= ](\d{2,5})(?=\s|$)/g)].map(([, port]) => Number(port));
    const run = commandIn(unit.execStart, { cwd: unit.workingDirectory, ports, sockets: [] });
    if (run !== null)
      return { run: { value: inside(within, run), from: `${unit.fragmentPath}, which does not run` } };
  }
  if (framework.run !== null) return { run: { value: framework.run, from: framework.from } };
  const why = service === null ? framework.from : `${whoText(service)} does not show its command`;
  return {
    question: { about: 'run', text: `Which command starts the app? It cannot be told: ${why}.`, choices: [] },
  };
}

/** systemd prints ExecStart without its quotes: a command for a shell cannot be told. */
function commandIn(
  execStart: string,
  address: { cwd: string; ports: number[]; sockets: string[] },
): string | null {
  if (execStart === '' || execStart.includes(' && ') || /\s-c\s|["'$]/.test(execStart)) return null;
  return portableRun({ argv: execStart.split(/\s+/), ...address });
}

/** A command that works in a folder of the source. */
function inside(folder: string, run: string): string {
  return folder === '' ? run : `sh -c 'cd ${folder} && exec ${run.replaceAll("'", `'\\''`)}'`;
}

/** A unit that would run something in the folder, and does not now. */
export function isDormant({ unit, workingDirectory, enabled, active }: UnitFacts, path: string): boolean {
  return (
    unit.endsWith('.service') &&
    isWithin(workingDirectory, path) &&
    (isEnabled(enabled) || active === 'failed')
  );
}
