import type { Front } from './gates.js';

/**
 * Whether visitors get an answer from something else, and a good one, where the app has none. Then only what nginx answers while the app
 * is stopped proves afterwards that the app answers, so there has to be time to ask for that.
 */
export function hasStandIn({ asks = [] }: Pick<Front, 'asks'>): boolean {
  return asks.some(({ standsIn }) => standsIn?.well === true);
}
