import { entryName } from '../../app/release.js';
import { pm2Findings, pm2HomeOf } from '../pm2-home.js';
import type { DescribesKeeper } from './kind.js';

/** An entry of belay's own, `belay-<app>`, in the pm2 daemon of the app's user. */
export const pm2Keeper: DescribesKeeper = (app, { pm2 }) => {
  const name = entryName(app);
  return {
    kind: 'pm2',
    name,
    label: `pm2 entry ${name}${pm2 === undefined ? '' : ` of ${pm2.user}, ${pm2.home}`}`,
    commit: 'save its entry, and no other, in pm2’s dump',
    isMade: true,
    needsRoot: false,
    rootText: (user) => `Only root can act as ${user}, whose pm2 keeps the app`,
    needsSystemd: false,
    givesEnvironment: false,
    standsIn: true,
    looksFor: { startedBy: 'pm2 resurrect', homeFolder: '.pm2' },
    chosen: (facts, user, stops) => {
      const home = pm2HomeOf(facts, user, stops);
      return home === undefined ? {} : { pm2: home };
    },
    findings: (facts, user, find) => pm2Findings(facts, user, pm2, find),
    seen: (facts) => {
      const daemon = facts.pm2.find(({ entries }) => entries.some((entry) => entry.name === name));
      return daemon === undefined
        ? `expected pm2 to keep ${name}, none of its daemons does`
        : { pm2: { user: daemon.user, home: daemon.home, command: daemon.command, runs: true } };
    },
    keeps: (keeper) =>
      keeper.kind === 'pm2' && keeper.name === name && (pm2 === undefined || keeper.home === pm2.home),
  };
};
