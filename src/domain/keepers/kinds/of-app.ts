import type { AppOnHost } from '../../app/app.js';
import type { KeeperSeen } from '../keeper.js';
import { ownEntryKeeper } from './entry.js';
import type { DescribesKeeper, KeeperKind, ReleaseKeeper } from './kind.js';
import { pm2Keeper } from './pm2.js';
import { ownProgramKeeper } from './program.js';
import { systemdKeeper } from './systemd.js';
import { ownUnitKeeper } from './unit.js';

const kinds: Readonly<Record<KeeperKind, DescribesKeeper>> = {
  systemd: systemdKeeper,
  pm2: pm2Keeper,
  unit: ownUnitKeeper,
  program: ownProgramKeeper,
  entry: ownEntryKeeper,
};

/**
 * The keeper of an app's releases, as belay.yml has it; where that names none, as the plan chose it.
 * @param seen a plan, or what is known without one
 */
export function releaseKeeper(app: AppOnHost, seen: KeeperSeen = {}): ReleaseKeeper {
  return kinds[kindOf(app, seen)](app, seen);
}

function kindOf(app: AppOnHost, seen: KeeperSeen): KeeperKind {
  if (app.unit !== undefined || seen.unit !== undefined) return 'unit';
  if (app.program !== undefined || seen.program !== undefined) return 'program';
  if (app.entry !== undefined || seen.entry !== undefined) return 'entry';
  return app.manager ?? 'systemd';
}
