import type { App } from '../app/app.js';
import type { Bind } from '../app/address.js';
import type { Facts, Pm2Entry, ProcessFacts } from '../facts/facts.js';
import type { OwnEntry, OwnProgram, OwnUnit } from './keeper.js';
import { entriesOf } from './own-entry.js';
import { programsOf } from './own-program.js';
import { whyNoCopy, whyNotTwice } from './own-unit-rehearsal.js';
import { namesPath, namesPort } from './touches.js';

/** Somebody's own keeper of an app, of whatever kind. */
interface Own {
  app: Pick<App, 'path' | 'run' | 'rehearse'>;
  unit: OwnUnit | null;
  program: OwnProgram | null;
  entry: OwnEntry | null;
}

/**
 * Why a release that somebody's own keeper keeps is not rehearsed, although belay.yml asks for it; undefined where it is: by
 * the keeper's own command, or by `run`, on a spare address.
 */
export function whyUnrehearsed(own: Own, facts: Facts, bind: Bind | null): string | undefined {
  const { app, unit, program, entry } = own;
  if (!app.rehearse) return undefined;
  if (unit !== null) return whyNoCopy(app, facts, bind, unit);
  const isByRun = app.run !== '' && program?.byItself !== true && entry?.byItself !== true;
  return isByRun || bind === null ? undefined : whyNotByItself(own, facts, bind);
}

/** Why the keeper's own command cannot be started a second time, on another address; undefined where it can. */
export function whyNotByItself(
  { unit: own, program, entry, app }: Own,
  facts: Facts,
  bind: Bind,
): string | undefined {
  if (own !== null) {
    const unit = facts.units.find((one) => one.unit === own.unit);
    return unit === undefined ? undefined : whyNotTwice(unit, facts, bind, own);
  }
  if (program === null && entry === null) return undefined;
  if (!facts.system.root || facts.system.init !== 'systemd')
    return `only root and systemd can start a second copy in whose eyes ${app.path} is the new release`;
  return program === null
    ? whyNoEntry(entriesOf(facts, entry?.entry ?? '', app.path)?.entries ?? [], bind)
    : whyNoProgram(program.program, facts, bind);
}

function whyNoProgram(name: string, facts: Facts, bind: Bind): string | undefined {
  const label = `supervisor program ${name}`;
  const [first] = programsOf(facts, name);
  const process = facts.processes.find(({ pid }) => pid === first?.program.pid && pid > 0);
  if (process === undefined)
    return `${label} does not run, so that its command and its variables cannot be known`;
  if (!isWhole(process)) return `the process of ${label} has written over its command`;
  const { command, variables = [] } = process;
  // What it was given to listen at is known to the host alone.
  const isGiven = bind.kind === 'port' && variables.includes('PORT');
  return isGiven || namesAddress(command, bind) ? undefined : whyNowhere(label, bind);
}

function whyNoEntry(entries: readonly Pm2Entry[], bind: Bind): string | undefined {
  const [first] = entries;
  if (first === undefined) return undefined;
  const { name, args, port = '' } = first;
  return namesAddress([...args, port], bind) ? undefined : whyNowhere(`pm2 entry ${name}`, bind);
}

function whyNowhere(label: string, bind: Bind): string {
  const at = bind.kind === 'port' ? `port ${bind.port}` : bind.path;
  return `neither the arguments of ${label} nor its variable PORT names ${at}, so that a copy would listen where the app does`;
}

function namesAddress(words: readonly string[], bind: Bind): boolean {
  return words.some((word) =>
    bind.kind === 'port' ? namesPort(word, bind.port) : namesPath(word, bind.path),
  );
}

/** Whether a command is as the process was started: not the title that it wrote over that. */
function isWhole({ command: [first = '', second] }: ProcessFacts): boolean {
  return second !== undefined && first !== '' && !first.includes(': ');
}
