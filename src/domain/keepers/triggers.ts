import type { UnitFacts } from '../facts/facts.js';
import { isEnabled } from './evidence.js';
import type { Stop } from './keeper.js';
import type { AppView } from './process-groups.js';

/** The timers, sockets and paths that would start a unit, now or after a boot: they are stopped before it. */
export function triggersOf(unit: UnitFacts, { facts }: AppView): Stop[] {
  return facts.units
    .filter((one) => unit.triggeredBy?.includes(one.unit) === true)
    .filter((one) => one.active === 'active' || isEnabled(one.enabled))
    .map((one) => ({
      role: 'conflict',
      keeper: { kind: 'unit', unit: one.unit },
      label: `unit ${one.unit}`,
      why: `starts ${unit.unit}`,
      active: ['active', 'activating', 'reloading'].includes(one.active),
      enabled: isEnabled(one.enabled),
    }));
}
