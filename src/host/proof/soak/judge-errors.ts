/** What visitors asked and got, as nginx logged it. */
export interface Traffic {
  requests: number;
  /** Answered 5xx. */
  errors: number;
  /** Lines in a format that is not known. */
  unknown: number;
  /** Of the end of the log before it was watched; without 502 and 504, which the change itself brought. */
  before: number;
  errorsBefore: number;
  /** Some of the errors: `500 GET /tools`. */
  shown: string[];
}

/** One page that always failed, and a bot that asks for it, are no reason to go back. */
const fewest = 3;
const share = 0.05;

/** Whether visitors get errors that they did not get before. */
export function judgeErrors(
  file: string,
  { requests, errors, before, errorsBefore, shown }: Traffic,
): string[] {
  const usual = before === 0 ? 0 : errorsBefore / before;
  if (errors < fewest || errors < Math.max(share, 2 * usual) * requests) return [];
  return [
    `visitors get errors: ${errors} of ${requests} requests since it is watched were answered 5xx (${shown.join(', ')}; ${file})`,
  ];
}
