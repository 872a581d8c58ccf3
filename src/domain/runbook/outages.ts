import type { Failing } from './activities.js';
import type { Outage } from './outcome.js';

const mostPages = 40;

/**
 * When some page failed, and which: times in which several did are one.
 * @param answeredAt when what had not answered at its last question did: ms since the epoch
 */
export function outagesFrom(failing: readonly Failing[], answeredAt: number): Outage[] {
  const all = failing
    .map(({ from, to, page }) => ({ from, to: to ?? Math.max(from, answeredAt), page }))
    .sort((a, b) => a.from - b.from);
  const outages: (Outage & Required<Pick<Outage, 'pages'>>)[] = [];
  for (const { from, to, page } of all) {
    let last = outages.at(-1);
    if (last === undefined || from > last.to) outages.push((last = { from, to, pages: [] }));
    last.to = Math.max(last.to, to);
    if (page !== undefined && last.pages.length < mostPages) last.pages.push({ page, from, to });
  }
  return outages.map(({ pages, ...times }) => (pages.length === 0 ? times : { ...times, pages }));
}
