import type { Manifest } from '../app/manifest.js';
import type { AppFacts } from '../facts/facts.js';

const most = 30;

/**
 * The source's commits since the one that the active release was packed from, the newest first and 30 at most:
 * `4d5264d The bounds of a slice are named`.
 * @returns undefined where the active release names none, or not one of those that the source says came before
 */
export function commitsSince(
  { active, releases }: Pick<AppFacts, 'active' | 'releases'>,
  source: Pick<Manifest, 'commits'> | undefined,
): string[] | undefined {
  const from = releases.find(({ release }) => release === active)?.commit;
  const { commits = [] } = source ?? {};
  const at = commits.findIndex((line) => line.split(' ')[0] === from);
  return from === undefined || at < 1 ? undefined : commits.slice(0, Math.min(at, most)).map(short);
}

function short(line: string): string {
  return line.replace(/^(\w{7})\w*/, '$1');
}
