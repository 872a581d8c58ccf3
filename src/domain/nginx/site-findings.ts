import type { Finding } from '../findings/finding.js';
import { finder } from '../findings/finder.js';
import type { Baseline } from '../app/baseline.js';

const daysLeft = 14;

/**
 * What is to be said of the sites' names and certificates before anything is changed, one finding a site.
 * @param now seconds since the epoch
 */
export function siteFindings(baseline: readonly Baseline[], now: number, host: string): Finding[] {
  const find = finder(host);
  const sites = new Map(
    baseline.flatMap((page) => (page.url.startsWith('/') ? [] : [[new URL(page.url).host, page] as const])),
  );
  for (const [site, { url, error = '', elsewhere, certificateUntil }] of sites) {
    if (error === unresolved) {
      find.report(
        'site.name',
        `The name of ${site} does not resolve where the worker runs, so ${url} cannot be verified.`,
        `${url}: ${error}`,
        'Give the name its address, or correct `verify.external` in belay.yml.',
      );
    } else if (elsewhere !== undefined) {
      find.report(
        'site.name',
        `The name of ${site} does not lead to this host: what answers there may be another server.`,
        `${site} is ${elsewhere.join(', ')}`,
        'Correct the name’s address or the URL. Where a balancer, a CDN or a private network is between, acknowledge this.',
      );
    }
    if (error.startsWith('the certificate')) {
      find.report(
        'site.certificate',
        `The certificate of ${site} is not valid for visitors, so the verification will fail.`,
        `${url}: ${error}`,
        'Get a valid one (`certbot renew`), let nginx load it (`nginx -s reload`), and plan again.',
      );
    } else if (certificateUntil !== undefined) {
      const left = Math.floor((Date.parse(certificateUntil) / 1000 - now) / 86_400);
      if (left < daysLeft)
        find.report(
          'site.certificate',
          `The certificate of ${site} ends within ${daysLeft} days.`,
          `${url}: valid until ${certificateUntil}`,
          'Renew it (`certbot renew`), then let nginx load it: `nginx -s reload`.',
        );
    }
  }
  return find.found;
}

/** How probing says that a name has no address. */
const unresolved = 'the name does not resolve';
