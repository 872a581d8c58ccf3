import type { Failing } from '../../domain/runbook/activities.js';

const mostFailing = 300;

/**
 * Reads what lib/visitors.sh tells: `visitor <ms since the epoch> <good|failed> <page>` a line, each another answer of that page
 * than before; without a page where there is but one. A page that failed from its first question on, as the others did not, tells
 * nothing until it was well.
 * @param pages how they are called, in the order in which they were given
 * @returns undefined where none was well at first
 */
export function failingOf(output: string, pages: readonly string[]): Failing[] | undefined {
  const failing: Failing[] = [];
  const open = new Map<string, Failing>();
  const known = new Set<string>();
  let wellAtFirst = false;
  const seen = new Set<string>();
  for (const [, at, answer, page = '1'] of output.matchAll(
    /^visitor (\d{10,16}) (good|failed)(?: (\d{1,3}))?$/gm,
  )) {
    const now = Number(at);
    if (!seen.has(page) && answer === 'good') wellAtFirst = true;
    seen.add(page);
    if (answer === 'good') {
      known.add(page);
      const failed = open.get(page);
      if (failed !== undefined) failed.to = Math.max(now, failed.from);
      open.delete(page);
    } else if ((known.has(page) || open.size > 0) && !open.has(page)) {
      const name = pages[Number(page) - 1];
      const failed: Failing = { from: now, to: null, ...(name === undefined ? {} : { page: name }) };
      open.set(page, failed);
      failing.push(failed);
    }
  }
  return wellAtFirst ? failing.slice(0, mostFailing) : undefined;
}
