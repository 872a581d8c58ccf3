import { ownUnitOf } from '../own-unit.js';
import type { DescribesKeeper } from './kind.js';

/** Somebody's own system unit: belay changes no file of it, nor whether it starts at boot. */
export const ownUnitKeeper: DescribesKeeper = (app, seen) => {
  const name = app.unit ?? seen.unit?.unit ?? '';
  return {
    kind: 'unit',
    name,
    label: name,
    commit: `leave ${name} as it is, at boot too`,
    isMade: false,
    needsRoot: true,
    rootText: () => 'Units can be started by root alone',
    needsSystemd: true,
    givesEnvironment: false,
    seen: (facts) => {
      const unit = ownUnitOf(facts, null, app);
      return unit === null ? `expected ${name} to keep the app, the host has no such unit` : { unit };
    },
    keeps: (keeper) => keeper.kind === 'unit' && keeper.unit === name,
  };
};
