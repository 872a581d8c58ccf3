import type { Baseline } from '../app/baseline.js';
import { isSameGate } from '../app/gate.js';
import type { Front, GatePage } from './gates.js';

/**
 * The page that is asked for as visitors do while a release is changed, so that an outage is measured and not reckoned: one that
 * answered well before, and to which nginx itself has no other answer. undefined where there is none.
 */
export function visitorsPage(front: Front, baseline: readonly Baseline[]): GatePage | undefined {
  const fit = (front.asks ?? []).filter((ask) => ask.standsIn !== true && answeredWell(ask, baseline));
  return fit.find((ask) => ask.metered !== true) ?? fit[0];
}

function answeredWell({ url, gate }: GatePage, baseline: readonly Baseline[]): boolean {
  return baseline.some(
    (before) =>
      before.url === url &&
      before.gate !== undefined &&
      isSameGate(before.gate, gate) &&
      before.status !== null &&
      before.status < 400,
  );
}
