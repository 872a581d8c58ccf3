import type { Keeper } from '../../app/keeper.js';
import { cron } from './cron.js';
import { ownEntryKeeper } from './entry.js';
import { noKeeper } from './files.js';
import type { StopKind } from './found.js';
import type { DescribesKeeper, KeeperKind } from './kind.js';
import { pm2, pm2Keeper } from './pm2.js';
import { bareProcess, byHand } from './process.js';
import { ownProgramKeeper, supervisor } from './program.js';
import { socketUnit } from './socket-unit.js';
import { systemdKeeper } from './systemd.js';
import { ownUnitKeeper, unit } from './unit.js';
import { container, unsupported, userManager } from './untouched.js';

/** What may keep the releases of an app. */
export const releaseKeepers: Readonly<Record<KeeperKind, DescribesKeeper>> = {
  systemd: systemdKeeper,
  pm2: pm2Keeper,
  unit: ownUnitKeeper,
  program: ownProgramKeeper,
  entry: ownEntryKeeper,
  files: noKeeper,
};

/** What something may run under now, by its `by`, in the order in which it is looked for. */
export const found = {
  init: socketUnit,
  container,
  pm2,
  'user-manager': userManager,
  supervisor,
  unsupported,
  unit,
  nothing: byHand,
};

type Found = typeof found;

/** What keeps a group of processes running, by evidence, or why belay cannot act through it. */
export type Kept = NonNullable<ReturnType<Found[keyof Found]['find']>>;

/** Through what something is stopped, by its kind, in the order in which that is done: what would start something again comes before it. */
export const stopped: { readonly [Kind in Keeper['kind']]: StopKind<Extract<Keeper, { kind: Kind }>> } = {
  cron,
  pm2,
  supervisor,
  unit,
  none: bareProcess,
};
