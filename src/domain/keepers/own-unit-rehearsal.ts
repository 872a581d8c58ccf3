import type { Bind } from '../app/address.js';
import type { App } from '../app/app.js';
import type { Facts, UnitFacts } from '../facts/facts.js';
import { ownUnitOf } from './own-unit.js';

/**
 * Why a release that somebody's own unit keeps is not rehearsed, although belay.yml asks for it; undefined where it is: as a copy
 * of the unit on a spare address.
 */
export function whyUnrehearsed(app: App, facts: Facts, bind: Bind | null): string | undefined {
  return app.rehearse ? whyNoCopy(app, facts, bind) : undefined;
}

/** Why there can be no copy of somebody's own unit on a spare address; undefined where there can be one, or it takes none. */
export function whyNoCopy(app: App, facts: Facts, bind: Bind | null): string | undefined {
  const unit = facts.units.find((one) => one.unit === app.unit);
  if (unit === undefined || bind === null || app.run !== '') return undefined;
  const { type = 'simple', execStart } = unit;
  if (!['simple', 'exec', 'notify', 'notify-reload', 'idle'].includes(type))
    return `${unit.unit} is of Type=${type}, of which a copy would not be told from what serves`;
  const ownNumber = /(?<=\s)(?:--?pid(?:[-_]?file)?[= ]\S+|-p \S+\.pid)/.exec(execStart)?.[0];
  if (ownNumber !== undefined)
    return `the command of ${unit.unit} writes a file that the running one has too (${ownNumber})`;
  const named = ownUnitOf(facts, bind, app)?.socket ?? null;
  return named === null
    ? whyNowhere(unit, bind)
    : whyNotHanded(facts.units.find((one) => one.unit === named));
}

function whyNowhere({ unit, addresses = [] }: UnitFacts, bind: Bind): string | undefined {
  const at = bind.kind === 'port' ? String(bind.port) : bind.path.replace(/^\/var\/run\//, '/run/');
  if (addresses.some((one) => one.at === at)) return undefined;
  return `neither the command of ${unit} nor one of its variables names ${bind.kind === 'port' ? `port ${at}` : at}, so that a copy would listen where the app does`;
}

function whyNotHanded(socket: UnitFacts | undefined): string | undefined {
  const { unit = '', listens = [] } = socket ?? {};
  if (listens.length === 1) return undefined;
  return `${unit} hands its service ${listens.length} listeners, of which only the app’s own has a spare address`;
}
