import type { Failing } from '../../domain/runbook/activities.js';

/**
 * Reads what lib/visitors.sh tells: `visitor <ms since the epoch> <good|failed>` a line, each another answer than before.
 * @returns undefined where nothing was asked, or where it failed from the first question on, so that it tells nothing
 */
export function failingOf(output: string): Failing[] | undefined {
  const answers = [...output.matchAll(/^visitor (\d{10,16}) (good|failed)$/gm)].map(([, at, answer]) => ({
    at: Number(at),
    isGood: answer === 'good',
  }));
  if (answers[0]?.isGood !== true) return undefined;
  const failing: Failing[] = [];
  for (const { at, isGood } of answers) {
    const open = failing.find(({ to }) => to === null);
    if (isGood && open !== undefined) open.to = Math.max(at, open.from);
    if (!isGood && open === undefined) failing.push({ from: at, to: null });
  }
  return failing;
}
