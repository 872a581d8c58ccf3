import type { Finding } from '../../findings/finding.js';
import { finder } from '../../findings/finder.js';
import type { Baseline } from '../../app/baseline.js';
import { isSameGate } from '../../app/gate.js';
import type { Front, GatePage } from './gates.js';

/** What of nginx's ways to the app the proof cannot go, or not to its end: where nginx refuses the host what the app itself answers. */
export function unaskedFindings(front: Front | null, baseline: readonly Baseline[], host: string): Finding[] {
  const find = finder(host);
  const { asks = [] } = front ?? {};
  const unasked = [...(front?.unasked ?? []), ...refusedAt(asks, baseline), ...hiddenAt(asks)];
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

function refusedAt(asks: readonly GatePage[], baseline: readonly Baseline[]): string[] {
  const direct = baseline.filter(({ url, gate }) => gate === undefined && url.startsWith('/'));
  if (direct.length === 0 || !direct.every(isWell)) return [];
  return asks.flatMap(({ url, gate }) => {
    const before = baseline.find((one) => one.gate && one.url === url && isSameGate(one.gate, gate));
    if (before === undefined || isWell(before)) return [];
    const said = before.status ?? before.error ?? 'nothing';
    return [
      `${url} at ${gate.address}:${gate.port}: nginx answers the host itself ${said}, not what the app answers`,
    ];
  });
}

/** A page that nginx hands out with 200 where the app answers 500 proves nothing, and no stop tells it from the app's. */
function hiddenAt(asks: readonly GatePage[]): string[] {
  return asks
    .filter(({ hidesErrors }) => hidesErrors === true)
    .map(
      ({ url, gate }) =>
        `${url} at ${gate.address}:${gate.port}: nginx gives a page of its own with a good status where the app answers an error (intercept_errors, error_page)`,
    );
}

function isWell({ status, error }: Baseline): boolean {
  return status !== null && status < 400 && error === undefined;
}
