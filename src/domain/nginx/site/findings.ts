import type { App } from '../../app/app.js';
import type { Page } from '../../app/page.js';
import { externalPages } from '../../app/pages.js';
import type { Finding } from '../../findings/finding.js';
import { finder, type Finder } from '../../findings/finder.js';
import type { Baseline } from '../../app/baseline.js';

const daysLeft = 14;

/**
 * What is to be said of the sites' names and certificates before anything is changed, one finding a site; and of pages whose
 * verification would fail for a cause that no release mends.
 * @param now seconds since the epoch
 */
export function siteFindings(baseline: readonly Baseline[], app: App, now: number, host: string): Finding[] {
  const find = finder(host);
  const visited = baseline.filter(({ url, gate }) => !url.startsWith('/') && gate === undefined);
  const sites = new Map(visited.map((page) => [new URL(page.url).host, page] as const));
  for (const [site, page] of sites) {
    nameFindings(site, page, find);
    certificateFindings(site, page, now, find);
  }
  const pages = externalPages(app);
  const stuck = visited.filter((page) => isStuck(page, pages, baseline));
  if (stuck.length > 0)
    find.report(
      'site.fails',
      'A page that a visitor has to get does not come, though the app itself answers well: no release mends that, so its verification would fail.',
      stuck.map(({ url, status, error }) => `${url} → ${status ?? error ?? 'no answer'}`).join('\n'),
      'Mend what is between (nginx’s rules for who may come, the balancer, the firewall), or say what is right there: its `status` under ' +
        '`verify.external`, another URL, or none. Where only this machine is kept from it, give the name the address to ask by ' +
        '`BELAY_RESOLVE=NAME=ADDRESS`.',
    );
  return find.found;
}

function nameFindings(site: string, { url, error = '', elsewhere }: Baseline, find: Finder): void {
  if (error === unresolved)
    find.report(
      'site.unresolved',
      `The name of ${site} does not resolve where the worker runs, so verifying ${url} would fail.`,
      `${url}: ${error}`,
      'Give the name its address; or tell belay which one to ask, `BELAY_RESOLVE=NAME=ADDRESS`; or correct `verify.external` in belay.yml, or ' +
        'leave the page out of it.',
    );
  else if (elsewhere !== undefined)
    find.report(
      'site.name',
      `The name of ${site} does not lead to this host: what answers there may be another server.`,
      `${site} is ${elsewhere.join(', ')}`,
      'Correct the name’s address or the URL. Where a balancer, a CDN or a private network is between, acknowledge this.',
    );
}

function certificateFindings(
  site: string,
  { url, error = '', certificateUntil }: Baseline,
  now: number,
  find: Finder,
): void {
  if (error.startsWith('the certificate')) {
    find.report(
      'site.untrusted',
      `The certificate of ${site} is not valid for visitors, so verifying ${url} would fail.`,
      `${url}: ${error}`,
      'Get a valid one (`certbot renew`) and let nginx load it (`nginx -s reload`); where an authority of your own signed it, name that ' +
        'by `BELAY_CA_FILE=FILE`; or leave the page out of `verify.external`.',
    );
    return;
  }
  if (certificateUntil === undefined) return;
  const left = Math.floor((Date.parse(certificateUntil) / 1000 - now) / 86_400);
  if (left < daysLeft)
    find.report(
      'site.certificate',
      `The certificate of ${site} ends within ${daysLeft} days.`,
      `${url}: valid until ${certificateUntil}`,
      'Renew it (`certbot renew`), then let nginx load it: `nginx -s reload`.',
    );
}

/**
 * Whether a page fails although the app does not: nginx on the host hands it out while the visitor does not get it, or nginx itself
 * refuses both while the app answers all that it is asked.
 */
function isStuck(
  { url, status, error = '', elsewhere }: Baseline,
  pages: readonly Page[],
  baseline: readonly Baseline[],
): boolean {
  const page = pages.find(({ at }) => at === url);
  const told = error === unresolved || error.startsWith('the certificate') || /the worker itself/.test(error);
  if (told || elsewhere !== undefined || page === undefined) return false;
  if (page.status !== undefined || page.redirect !== undefined) return false;
  if (status !== null && status < 400 && error === '') return false;
  const direct = baseline.filter((one) => one.gate === undefined && one.url.startsWith('/'));
  if (direct.length === 0 || !direct.every(isWell)) return false;
  const through = baseline.find((one) => one.gate !== undefined && one.url === url);
  if (through === undefined) return false;
  return isWell(through) || (through.status === status && [401, 403].includes(status ?? 0));
}

function isWell({ status, error }: Baseline): boolean {
  return status !== null && status < 400 && error === undefined;
}

/** How probing says that a name has no address. */
const unresolved = 'the name does not resolve';
