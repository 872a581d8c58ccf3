import type { AppOnHost } from '../../app/app.js';
import { hasProcess } from '../../app/kind.js';
import type { Keeper } from '../../app/keeper.js';
import type { KeeperSeen } from '../keeper.js';
import { releaseKeepers } from './all.js';
import type { KeeperKind, ReleaseKeeper } from './kind.js';

/**
 * The keeper of an app's releases, as belay.yml has it; where that names none, as the plan chose it.
 * @param seen a plan, or what is known without one
 */
export function releaseKeeper(app: AppOnHost, seen: KeeperSeen = {}): ReleaseKeeper {
  return releaseKeepers[kindOf(app, seen)](app, seen);
}

/** Whether belay itself put something there, or belay.yml names it. */
export function isOfApp(app: AppOnHost, keeper: Keeper): boolean {
  return Object.values(releaseKeepers).some((describes) => describes(app, {}).keeps(keeper));
}

function kindOf(app: AppOnHost, seen: KeeperSeen): KeeperKind {
  if (!hasProcess(app)) return 'files';
  if (app.unit !== undefined || seen.unit !== undefined) return 'unit';
  if (app.program !== undefined || seen.program !== undefined) return 'program';
  if (app.entry !== undefined || seen.entry !== undefined) return 'entry';
  return app.manager ?? 'systemd';
}
