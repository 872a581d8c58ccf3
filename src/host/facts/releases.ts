import { belayFolder, isAdopted, releaseBefore, type KeptRelease } from '../../domain/app/release.js';
import type { HostSession } from '../types.js';
import { releaseOf, replacedBy } from './app.js';
import { askSections } from './read.js';
import { bodyOf, keyValues, wholeNumber, type Section } from './sections.js';

/** What release.json says; it may be absent, cut off, or somebody's own. */
interface Told {
  release: string;
  outcome: string;
  when: string;
  record: Record<string, unknown>;
}

/**
 * Reads which releases of an app a host has, the newest first, in one round trip.
 * @param path the app's path
 * @throws HostError where the connection fails, or the script ended before its end
 */
export async function readReleases(
  session: HostSession,
  path: string,
  signal?: AbortSignal,
): Promise<KeptRelease[]> {
  return releasesOf(await askSections(session, 'releases', { path }, signal), path);
}

/** The same, from what the script printed. */
export function releasesOf(sections: readonly Section[], path: string): KeptRelease[] {
  const belay = belayFolder(path);
  const links = keyValues(bodyOf(sections, 'releases'));
  const active = releaseOf(links.get('real') ?? '', '', belay);
  const told = (kind: string) =>
    sections.filter(({ name }) => name === kind).map(({ rest, body }) => tell(rest, body));
  const releases = told('release');
  const previous = releaseBefore(releases, { active, replaced: replacedBy(sections) })?.release;
  return [
    ...releases.map((one) => ({
      ...kept(one, `${belay}/releases`, sections),
      state: stateOf(one, active),
      previous: one.release === previous,
    })),
    ...told('failed').map((one) => ({
      ...kept(one, `${belay}/failed`, sections),
      state: 'failed' as const,
      previous: false,
    })),
  ].sort((a, b) => (a.release < b.release ? 1 : -1));
}

function tell(release: string, body: string): Told {
  const record = parsed(body);
  const text = (key: string) => (typeof record[key] === 'string' ? record[key] : undefined);
  return { release, outcome: text('outcome') ?? 'staged', when: text('when') ?? '', record };
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value = JSON.parse(body) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** By where the path leads; what a record says of that may be older. */
function stateOf({ release, outcome }: Told, active: string | undefined): KeptRelease['state'] {
  if (release === active) return 'active';
  if (outcome === 'failed' || outcome === 'staged') return outcome;
  return isAdopted(release) ? 'adopted' : 'kept';
}

function kept(
  { release, when, record }: Told,
  within: string,
  sections: readonly Section[],
): Omit<KeptRelease, 'state' | 'previous'> {
  const text = (key: string) => (typeof record[key] === 'string' ? record[key] : null);
  const size = sections.find(({ name, rest }) => name === 'kilobytes' && rest === release)?.body.trim();
  const kilobytes = wholeNumber(size);
  return {
    release,
    when,
    by: text('by'),
    deployment: text('deployment'),
    digest: text('digest'),
    commit: text('commit'),
    dirty: typeof record['dirty'] === 'boolean' ? record['dirty'] : null,
    bytes: kilobytes === undefined ? null : kilobytes * 1024,
    folder: `${within}/${release}`,
  };
}
