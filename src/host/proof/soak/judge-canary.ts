/** What one release answered visitors, as nginx logged it. */
export interface Answered {
  requests: number;
  /** Answered 5xx. */
  errors: number;
  /** How many answers took how long: by class, see `millisecondsOf`. */
  spans: ReadonlyMap<number, number>;
}

/** Of fewer requests nothing can be told. */
const fewest = 60;
const fewestErrors = 5;
/** Nobody notices less, and a release that has just started is a little slow. */
const leastSlowerMs = 25;
/** So many of the deviations that chance has. */
const certainty = 2;

/** Whether visitors get more errors from the new release, or wait longer, than from the old one in the minutes before. */
export function judgeCanary(
  file: string,
  old: Answered,
  now: Answered,
  shown: readonly string[] = [],
): string[] {
  if (old.requests < fewest || now.requests < fewest) return [];
  return [...moreErrors(file, old, now, shown), ...slower(file, old, now)];
}

/** What is to be said of both. */
export function canaryText(old: Answered, now: Answered): string {
  if (old.requests < fewest || now.requests < fewest)
    return `too few requests to hold the releases against each other: ${now.requests}, before ${old.requests}`;
  const errors = `5xx ${percent(now)} of ${now.requests} requests, before ${percent(old)} of ${old.requests}`;
  const [slow, slowBefore] = [slowestOf(now), slowestOf(old)];
  return slow === undefined || slowBefore === undefined
    ? `${errors}; the log does not say how long they took`
    : `${errors}; 95 of 100 within ${slow} ms, before within ${slowBefore} ms`;
}

/** How long answers of a class took at most: each class is a tenth wider than the one below. */
function millisecondsOf(span: number): number {
  return Math.round(1.1 ** span - 1);
}

function moreErrors(file: string, old: Answered, now: Answered, shown: readonly string[]): string[] {
  // One more than were seen: that there was none is no proof that there never is one.
  const usual = (old.errors + 1) / (old.requests + 1);
  if (now.errors < fewestErrors || now.errors < beyond(2 * usual, now.requests)) return [];
  return [
    `visitors get more errors than from the old version: 5xx ${percent(now)} of ${now.requests} requests, ` +
      `before ${percent(old)} of ${old.requests} (${shown.join(', ')}; ${file})`,
  ];
}

/** More than five of a hundred take twice as long as 95 of a hundred took before. */
function slower(file: string, old: Answered, now: Answered): string[] {
  const [slow, slowBefore] = [slowestOf(now), slowestOf(old)];
  if (slow === undefined || slowBefore === undefined) return [];
  const limit = Math.max(2 * slowBefore, slowBefore + leastSlowerMs);
  const measured = total(now);
  const over = [...now.spans].reduce(
    (sum, [span, count]) => sum + (millisecondsOf(span) >= limit ? count : 0),
    0,
  );
  if (over < beyond(0.05, measured)) return [];
  return [
    `visitors wait longer than for the old version: 95 of 100 of ${measured} requests within ${slow} ms, ` +
      `before within ${slowBefore} ms (${file})`,
  ];
}

/** How many of so many requests are more than chance has where it is this share. */
function beyond(share: number, requests: number): number {
  const expected = share * requests;
  return expected + certainty * Math.sqrt(expected);
}

function slowestOf(answered: Answered): number | undefined {
  const measured = total(answered);
  if (measured < fewest) return undefined;
  let seen = 0;
  for (const [span, count] of [...answered.spans].sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= 0.95 * measured) return millisecondsOf(span);
  }
  return undefined;
}

function total({ spans }: Answered): number {
  return [...spans.values()].reduce((sum, count) => sum + count, 0);
}

function percent({ errors, requests }: Answered): string {
  return `${((100 * errors) / requests).toFixed(1)} %`;
}
