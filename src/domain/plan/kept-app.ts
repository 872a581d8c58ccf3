import type { App } from '../app/app.js';
import type { Bind } from '../app/address.js';
import { chooseKeeper, type Replaced } from '../keepers/choice.js';
import type { Facts } from '../facts/facts.js';
import type { Finding } from '../findings/finding.js';
import { decideBind } from '../nginx/bind.js';
import type { OwnProgram, OwnUnit } from '../keepers/keeper.js';
import { namesPort } from '../keepers/touches.js';
import { ownProgramOf } from '../keepers/own-program.js';
import { ownUnitOf } from '../keepers/own-unit.js';
import { whyNotTwice } from '../keepers/own-unit-rehearsal.js';

/** An app as it is on a host: with the keeper that it has there, where belay.yml names none. */
export interface KeptApp {
  app: App;
  /** Where it listens; null where a finding blocks. */
  bind: Bind | null;
  /** Of the address. */
  findings: Finding[];
  /** Somebody's own unit that keeps it. */
  unit: OwnUnit | null;
  /** Somebody's own program of supervisord's that keeps it. */
  program: OwnProgram | null;
  /** Whether nothing but the host names that. */
  byDefault: boolean;
  replaced?: Replaced;
}

/** Where an app listens and what keeps it, `unit` filled in. @param host as findings name it */
export function keptApp(facts: Facts, given: App, host: string): KeptApp {
  const { bind, findings } = decideBind(facts, given, host);
  const { unit: chosen, program: chosenProgram, replaced } = chooseKeeper(facts, bind, given);
  const app = {
    ...given,
    ...(chosen !== undefined && { unit: chosen }),
    ...(chosenProgram !== undefined && { program: chosenProgram }),
  };
  const program = ownProgramOf(facts, app);
  const own = ownUnitOf(facts, bind, app);
  const kept = { app, bind, program, byDefault: app.unit !== given.unit || app.program !== given.program };
  const isByItself =
    chosen !== undefined && own !== null && bind !== null && isRehearsedByItself(app, facts, bind, own);
  if (!isByItself) return { ...kept, findings, unit: own, ...(replaced && { replaced }) };
  // What starts nothing may name any address.
  const { findings: ofAddress } = decideBind(facts, { ...app, run: '' }, host);
  return { ...kept, findings: ofAddress, unit: { ...own, byItself: true } };
}

/** By its own command wherever that can be had; `run` was not written for it. */
function isRehearsedByItself(app: App, facts: Facts, bind: Bind, own: OwnUnit): boolean {
  const unit = facts.units.find((one) => one.unit === own.unit);
  if (unit === undefined || whyNotTwice(unit, facts, bind, own) === undefined) return true;
  const isMovable = /\{(?:bind|port|socket)\}/.test(app.run);
  return !isMovable && (bind.kind === 'socket' || namesPort(app.run, bind.port));
}
