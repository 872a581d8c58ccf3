import type { Failing } from '../../domain/runbook/activities.js';

const mostFailing = 300;

/**
 * Reads what lib/visitors.sh tells: `visitors <ms since the epoch>` and, fifty a line, `<ms after that><g|f><page>`, each another
 * answer, good or failed, of that page than before. A page that failed from its first question on, as the others did not, tells
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
  for (const { at: now, isGood, page } of answersOf(output)) {
    if (!seen.has(page) && isGood) wellAtFirst = true;
    seen.add(page);
    if (isGood) {
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

function answersOf(output: string): { at: number; isGood: boolean; page: string }[] {
  return [...output.matchAll(/^visitors (\d{10,16})((?: -?\d{1,12}[gf]\d{1,3})+)$/gm)].flatMap(
    ([, first, told = '']) =>
      [...told.matchAll(/ (-?\d+)([gf])(\d+)/g)].map(([, after, answer, page = '']) => ({
        at: Number(first) + Number(after),
        isGood: answer === 'g',
        page,
      })),
  );
}
