import type { Stop } from '../../domain/keepers/keeper.js';
import { stopKind } from '../../domain/keepers/kinds/of-group.js';
import { fields, type Fields } from '../../host/fields.js';
import { toldOf } from '../../host/keepers/told.js';

/** What back-up.sh is told of each thing that stops, a record each. */
export function stopRecords(stops: readonly Stop[]): string[] {
  return stops.map((stop) => stopRecord(stop));
}

/** What the host is told of something that stops. @param more what it is told besides */
export function stopRecord({ role, keeper, label, stays }: Stop, more: Fields = {}): string {
  // Of a program or an entry that stays nothing is changed, and so nothing is kept of where it is written.
  const staying = stays === undefined ? undefined : stopKind(keeper).staying;
  const kind = staying?.kind ?? keeper.kind;
  return fields({ ...toldOf(keeper), role, kind, label, ...(stays && staying?.told?.(stays)), ...more });
}
