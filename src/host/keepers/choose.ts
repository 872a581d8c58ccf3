import type { App } from '../../domain/app/app.js';
import type { KeeperSeen } from '../../domain/keepers/keeper.js';
import type { KeeperKind } from '../../domain/keepers/kinds/kind.js';
import { releaseKeeper } from '../../domain/keepers/kinds/of-app.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { HostError } from '../types.js';
import { beforeManager } from './before.js';
import { filesManager } from './files.js';
import type { ReleaseManager } from './manager.js';
import { ownEntryManager } from './own-entry.js';
import { ownProgramManager } from './own-program.js';
import { ownUnitManager } from './own-unit.js';
import { pm2Manager } from './pm2.js';
import { systemdManager } from './systemd.js';

const managers: Readonly<
  Record<KeeperKind, (app: App, release: string, seen: KeeperSeen) => ReleaseManager>
> = {
  systemd: (app) => systemdManager(app),
  pm2: (app, release, { pm2 }) => pm2Manager(app, release, known(pm2, 'which pm2 daemon')),
  program: (app, release, { program }) => ownProgramManager(app, release, known(program, 'which program')),
  entry: (app, release, { entry }) => ownEntryManager(app, release, known(entry, 'which pm2 entry')),
  files: () => filesManager(),
  unit: (app, _release, { unit }) => ownUnitManager(app, known(unit, 'which unit')),
};

/**
 * What keeps the releases of an app.
 * @param seen what the plan says of it
 * @throws HostError Configuration: a plan that does not know its keeper is blocked, so nobody should come here with one
 */
export function managerOf(app: App, release: string, seen: KeeperSeen): ReleaseManager {
  if (seen.before !== undefined) return beforeManager(app, seen.before);
  return managers[releaseKeeper(app, seen).kind](app, release, seen);
}

function known<What>(what: What | undefined, name: string): What {
  if (what !== undefined) return what;
  throw new HostError(
    failureTypes.configuration,
    `expected the plan to say ${name} keeps the app, it does not; make a new plan`,
  );
}
