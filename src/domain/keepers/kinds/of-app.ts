import type { AppOnHost } from '../../app/app.js';
import type { Pm2Home } from '../keeper.js';
import type { DescribesKeeper, KeeperKind, ReleaseKeeper } from './kind.js';
import { pm2Keeper } from './pm2.js';
import { systemdKeeper } from './systemd.js';
import { ownUnitKeeper } from './unit.js';

const kinds: Readonly<Record<KeeperKind, DescribesKeeper>> = {
  systemd: systemdKeeper,
  pm2: pm2Keeper,
  unit: ownUnitKeeper,
};

/** The keeper of an app's releases, as belay.yml has it. */
export function releaseKeeper(app: AppOnHost, pm2?: Pm2Home): ReleaseKeeper {
  return kinds[app.unit === undefined ? app.manager : 'unit'](app, pm2);
}
