import { unitName } from '../../app/release.js';
import type { DescribesKeeper } from './kind.js';

/** A unit of belay's own, `belay-<app>.service`. */
export const systemdKeeper: DescribesKeeper = (app) => {
  const name = unitName(app);
  return {
    kind: 'systemd',
    name,
    label: name,
    commit: 'start it at boot',
    isMade: true,
    needsRoot: true,
    rootText: () => 'Units can be made and started by root alone',
    needsSystemd: true,
    givesEnvironment: true,
    makesRuntimeFolder: true,
    isMeasured: true,
    seen: () => ({}),
    keeps: (keeper) => keeper.kind === 'unit' && keeper.unit === name,
  };
};
