import type { Keeper } from '../../domain/app/keeper.js';
import { stopKind } from '../../domain/keepers/kinds/of-group.js';
import type { Fields } from '../fields.js';

/** What the host is told of what something is stopped through: its kind, and that kind's own by the names that keep_<kind> reads. */
export function toldOf(keeper: Keeper): Fields {
  const { kind } = keeper;
  return { ...(stopKind(keeper).told?.(keeper) ?? (keeper as unknown as Fields)), kind };
}
