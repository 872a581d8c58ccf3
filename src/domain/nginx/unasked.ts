import type { Finding } from '../findings/finding.js';
import { finder } from '../findings/finder.js';
import type { Front } from './gates.js';

/** What of nginx's ways to the app the proof cannot go. */
export function unaskedFindings(front: Front | null, host: string): Finding[] {
  const find = finder(host);
  const { unasked = [], asks = [] } = front ?? {};
  if (unasked.length > 0)
    find.report(
      'nginx.unasked',
      asks.length === 0
        ? 'nginx leads to the app, but nothing can be asked there from the host itself: whether visitors reach the new release by that way is not proved.'
        : 'Some of nginx’s ways to the app cannot be asked from the host itself, so the proof leaves them out.',
      unasked.join('\n'),
      'Name pages that come there under `verify.external`, as a visitor asks for them; or acknowledge this.',
    );
  return find.found;
}
