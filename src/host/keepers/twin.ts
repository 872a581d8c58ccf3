import type { KeeperFields, Manager } from './manager.js';
import { unitManager } from './systemd.js';

/**
 * A second copy of what somebody's own keeper runs, by its command and its variables, for a rehearsal: a unit of /run alone.
 * @param label of that keeper
 * @param keeper how it is asked: rehearsal-twin.sh
 */
export function twinManager(
  name: string,
  label: string,
  keeper: Omit<KeeperFields, 'kind' | 'name' | 'label'>,
): Manager {
  const unit = `${name}.service`;
  const copy = `the copy of ${label}`;
  return {
    ...unitManager(unit, false, { elsewhere: true }),
    label: copy,
    keeper: { ...keeper, kind: 'twin', name: unit, label: copy },
  };
}
