import type { Bind } from '../app/address.js';
import type { App } from '../app/app.js';
import type { Facts, UnitFacts } from '../facts/facts.js';
import type { OwnUnit } from './keeper.js';
import { namesPath, namesPort } from './touches.js';

/** Whether a copy of the unit is started by belay.yml's `run`, not by the unit's own command. */
export function isByRun({ run }: Pick<App, 'run'>, { byItself }: OwnUnit): boolean {
  return run !== '' && byItself !== true;
}

/** Settings of a unit that its copy goes without (lib/rehearsal-copy.sh): they act on more than the copy, or keep it, or order it. */
const withoutThem =
  /^(?:Exec(?:Condition|StartPre|StartPost|Reload|Stop|StopPost)|(?:Runtime|State|Cache|Logs|Configuration)Directory|PIDFile|Restart|RemoveIPC|Slice|WatchdogSec|RuntimeMaxSec|OOMPolicy|Delegate|Root\w+|Standard(?:Input|Output|Error))$/;

/** How somebody's own unit is rehearsed, as the plan says it: `by a copy of words.service (without ExecStartPre)`. */
export function copyText(run: string, own: OwnUnit, settings: readonly string[] = []): string {
  const left = settings.filter((name) => withoutThem.test(name));
  const how = isByRun({ run }, own)
    ? `by \`run\` with the settings of ${own.unit}`
    : `by a copy of ${own.unit}`;
  return left.length === 0 ? how : `${how} (without ${left.join(' ')})`;
}

/** Why there can be no copy of somebody's own unit on a spare address; undefined where there can be one, or it takes none. */
export function whyNoCopy(
  app: Pick<App, 'run'>,
  facts: Facts,
  bind: Bind | null,
  own: OwnUnit | null,
): string | undefined {
  const unit = facts.units.find((one) => one.unit === own?.unit);
  if (unit === undefined || own === null || bind === null) return undefined;
  return isByRun(app, own) ? undefined : whyNotTwice(unit, facts, bind, own);
}

/** Why the unit's own command cannot be started a second time, on another address. */
export function whyNotTwice(
  unit: UnitFacts,
  facts: Facts,
  bind: Bind,
  { socket }: OwnUnit,
): string | undefined {
  const { type = 'simple', execStart } = unit;
  if (!['simple', 'exec', 'notify', 'notify-reload', 'idle'].includes(type))
    return `${unit.unit} is of Type=${type}, of which a copy would not be told from what serves`;
  const ownNumber = /(?<=\s)(?:--?pid(?:[-_]?file)?[= ]\S+|-p \S+\.pid)/.exec(execStart)?.[0];
  if (ownNumber !== undefined)
    return `the command of ${unit.unit} writes a file that the running one has too (${ownNumber})`;
  return socket === undefined
    ? whyNowhere(unit, bind)
    : whyNotHanded(facts.units.find((one) => one.unit === socket));
}

function whyNowhere({ unit, execStart, addresses = [] }: UnitFacts, bind: Bind): string | undefined {
  const at = bind.kind === 'port' ? String(bind.port) : bind.path.replace(/^\/var\/run\//, '/run/');
  if (addresses.some((one) => one.at === at)) return undefined;
  // The file of an instance says %i, and systemd what that is.
  const names = bind.kind === 'port' ? namesPort(execStart, bind.port) : namesPath(execStart, at);
  if (unit.includes('@') && names) return undefined;
  return `neither the command of ${unit} nor one of its variables names ${bind.kind === 'port' ? `port ${at}` : at}, so that a copy would listen where the app does`;
}

function whyNotHanded(socket: UnitFacts | undefined): string | undefined {
  const { unit = '', listens = [] } = socket ?? {};
  if (listens.length === 1) return undefined;
  return `${unit} hands its service ${listens.length} listeners, of which only the app’s own has a spare address`;
}
