import type { App } from '../app/app.js';
import type { Bind } from '../app/address.js';
import { chooseKeeper, type Replaced } from '../keepers/choice.js';
import type { Facts } from '../facts/facts.js';
import type { Finding } from '../findings/finding.js';
import { decideBind } from '../nginx/bind/bind.js';
import { decideServing } from '../nginx/served/front.js';
import type { OwnEntry, OwnProgram, OwnUnit } from '../keepers/keeper.js';
import { namesPort } from '../keepers/touches.js';
import { ownEntryOf } from '../keepers/own-entry.js';
import { ownProgramOf } from '../keepers/own-program.js';
import { ownUnitOf } from '../keepers/own-unit.js';
import { whyNotByItself } from '../keepers/own-rehearsal.js';

/** An app as it is on a host: with the keeper that it has there, where belay.yml names none. */
export interface KeptApp {
  app: App;
  /** Where it listens; null where a finding blocks. */
  bind: Bind | null;
  /** What was found about the address. */
  findings: Finding[];
  /** Somebody's own unit that keeps it. */
  unit: OwnUnit | null;
  /** Somebody's own program of supervisord's that keeps it. */
  program: OwnProgram | null;
  /** Somebody's own entry of pm2's that keeps it. */
  entry: OwnEntry | null;
  /** Whether the host alone says so: belay.yml names no keeper. */
  byDefault: boolean;
  replaced?: Replaced;
}

/** Where an app listens and what keeps it, its key filled in. @param host as findings name it */
export function keptApp(facts: Facts, given: App, host: string): KeptApp {
  const { bind, findings } = decideServing(facts, given, host);
  const { replaced, ...chosen } = chooseKeeper(facts, bind, given);
  const app = { ...given, ...chosen };
  const byDefault = Object.keys(chosen).length > 0;
  const unit = ownUnitOf(facts, bind, app);
  const program = ownProgramOf(facts, app);
  const entry = ownEntryOf(facts, app);
  const kept = { app, bind, findings, unit, program, entry, byDefault, ...(replaced && { replaced }) };
  const own = unit ?? program ?? entry;
  if (own === null || bind === null || !isRehearsedByItself(kept, facts, bind)) return kept;
  return {
    ...kept,
    // What starts nothing may name any address.
    ...(app.run !== '' && { findings: decideBind(facts, { ...app, run: '' }, host).findings }),
    ...(unit && { unit: { ...unit, byItself: true } }),
    ...(program && { program: { ...program, byItself: true } }),
    ...(entry && { entry: { ...entry, byItself: true } }),
  };
}

/**
 * It is rehearsed by its own command where that can be read, unless belay.yml names the keeper and gives a `run`, which was
 * written for it then.
 */
function isRehearsedByItself(kept: Omit<KeptApp, 'findings'>, facts: Facts, bind: Bind): boolean {
  const { app, byDefault, unit } = kept;
  if (app.run !== '' && !byDefault) return false;
  // Of a unit there is nothing to say where there is no `run`.
  if (unit !== null && app.run === '') return false;
  if (whyNotByItself(kept, facts, bind) === undefined) return true;
  const isMovable = /\{(?:bind|port|socket)\}/.test(app.run);
  return unit !== null && !isMovable && (bind.kind === 'socket' || namesPort(app.run, bind.port));
}
