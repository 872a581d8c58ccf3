import { linesMatching } from '../../host/proof/match.js';

/** What `verify.log` says of a log's lines: a fault where one matches, or where they cannot be matched in time. */
export function forbiddenLines(
  patterns: readonly string[] | undefined,
  lines: readonly string[],
): { fault: string; quoted: string[] } | undefined {
  if (patterns === undefined || patterns.length === 0) return undefined;
  const found = linesMatching(patterns, lines);
  const names = patterns.map((pattern) => `/${pattern}/`).join(', ');
  if (found === undefined)
    return {
      fault: `matching the log against ${names} took too long and was stopped: write simpler ones in verify.log`,
      quoted: [],
    };
  if (found.length === 0) return undefined;
  const which = found.length === 1 ? 'a line' : `${found.length} lines`;
  return { fault: `expected no line of the log to match ${names}, ${which} did`, quoted: found };
}
