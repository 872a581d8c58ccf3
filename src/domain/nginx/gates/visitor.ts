import type { Baseline } from '../../app/baseline.js';
import { isSameGate } from '../../app/gate.js';
import type { Front, GatePage } from './gates.js';

/** A page that is asked for as visitors do while a release is changed. */
export interface VisitorsPage extends Pick<GatePage, 'url' | 'gate'> {
  /** Its status before anything was changed, with which it goes on being well. */
  before: number;
  /** nginx turns away who asks often. */
  metered: boolean;
  /** It is known to be a page of the app's, so that "not found" is no answer to it. */
  known: boolean;
}

const most = 60;
/** nginx's own words for that it does not find the app. */
const gateway = [502, 504];

/**
 * The pages that are asked for as visitors do while a release is changed, so that an outage is measured and not reckoned: all that
 * are proved through nginx, where nginx itself has no other answer. None where not one of them answered well before, for then
 * they would not tell.
 */
export function visitorsPages({ asks = [] }: Front, baseline: readonly Baseline[]): VisitorsPage[] {
  const pages = baseline.flatMap(({ url, gate, status }): VisitorsPage[] => {
    if (gate === undefined || status === null || gateway.includes(status)) return [];
    const ask = asks.find((one) => one.url === url && isSameGate(one.gate, gate));
    if (ask?.standsIn !== undefined) return [];
    // A page that belay.yml names is asked at the gates that lead to the app.
    const there = ask ?? asks.find((one) => one.standsIn === undefined && isSameGate(one.gate, gate));
    if (there === undefined) return [];
    const known = ask === undefined || ask.page !== undefined;
    return [{ url, gate, before: status, metered: there.metered === true, known }];
  });
  if (!pages.some(({ before }) => before < 400)) return [];
  const order = (page: VisitorsPage) =>
    (page.metered ? 4 : 0) + (page.before < 400 ? 0 : 2) + (page.known ? 0 : 1);
  return pages.sort((a, b) => order(a) - order(b)).slice(0, most);
}

/** How a page is called among the others: its URL, with the gate where several have that URL. */
export function visitorsPageName(pages: readonly VisitorsPage[], page: VisitorsPage): string {
  const { url, gate } = page;
  return pages.filter((one) => one.url === url).length < 2 ? url : `${url} at ${gate.address}:${gate.port}`;
}
