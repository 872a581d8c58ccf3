import { entryLabel, ownEntryOf } from '../own-entry.js';
import type { DescribesKeeper } from './kind.js';

/** Somebody's own entry of pm2's, with all its instances: belay changes nothing of it, nor of pm2's dump. */
export const ownEntryKeeper: DescribesKeeper = (app, seen) => {
  const name = app.entry ?? seen.entry?.entry ?? '';
  const label = seen.entry === undefined ? `pm2 entry ${name}` : entryLabel(seen.entry);
  return {
    kind: 'entry',
    name,
    label,
    commit: `leave pm2 entry ${name} as it is, at boot too`,
    isMade: false,
    needsRoot: false,
    rootText: (user) => `Only root can act as ${user}, whose pm2 keeps the app`,
    needsSystemd: false,
    givesEnvironment: false,
    standsIn: true,
    seen: (facts) => {
      const entry = ownEntryOf(facts, app);
      return entry === null
        ? `expected pm2 entry ${name} to keep the app, none of its daemons has it`
        : { entry };
    },
    keeps: (keeper) =>
      keeper.kind === 'pm2' &&
      keeper.name === name &&
      (seen.entry === undefined || keeper.home === seen.entry.home),
  };
};
