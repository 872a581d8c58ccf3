import type { App } from '../../domain/app/app.js';
import type { HostOnlyFile } from '../../domain/plan/plan.js';
import { fields } from '../fields.js';
import type { HostSession } from '../types.js';
import { linesOf, malformed, scriptFailed } from './answer.js';

/** What compare.sh found. Entries of the manifest are named by the number of their line. */
export interface LiveComparison {
  /** realpath of the live tree; null: nothing is there. */
  base: string | null;
  /** The release that belay put there; null: something else is live. */
  previous: string | null;
  missing: number[];
  changed: number[];
  /** Of the changed: those with the same content and another mode, which need not travel. */
  sameContent: number[];
  /** Files that the previous release had; the first 200 of `removedCount`. */
  removed: { path: string; size: number }[];
  removedCount: number;
  /** Files of the previous release that are no longer as it brought them; the first of `driftedCount`. */
  drifted: { path: string; how: 'changed' | 'gone' }[];
  driftedCount: number;
  /** Only on the host; a folder that is wholly the host's counts once. */
  hostOnly: HostOnlyFile[];
  /** Empty folders that the new release lacks. */
  emptyFolders: string[];
  /** What find said of folders that it could not read. */
  unreadable: string[];
}

/**
 * One round trip: the manifest goes, what differs from the live tree comes. Nothing stays on the host.
 * @param manifest the manifest's text.
 * @throws HostError
 */
export async function compareWithLive(
  session: HostSession,
  app: Pick<App, 'path' | 'shared' | 'discard' | 'assets'>,
  manifest: string,
  signal?: AbortSignal,
): Promise<LiveComparison> {
  const covers = [
    ...app.shared.map((path) => `shared ${plain(path)}`),
    ...app.discard.map((path) => `discarded ${plain(path)}`),
    ...(app.assets ?? []).map((path) => `carried ${plain(path)}`),
  ];
  const completed = await session.run('compare', [fields({ path: app.path, covers })], {
    input: manifest,
    timeoutMs: 10 * 60_000,
    signal,
  });
  if (completed.code !== 0) throw scriptFailed(session, 'comparing with what is live', completed);
  return parseComparison(session, linesOf(session, 'compare', completed));
}

const fates: ReadonlySet<string> = new Set<HostOnlyFile['fate']>([
  'shared',
  'discarded',
  'dependencies',
  'carried',
  'uncovered',
]);

/** Reads the records of compare.sh. */
function parseComparison(session: HostSession, lines: readonly string[]): LiveComparison {
  const result: LiveComparison = {
    base: null,
    previous: null,
    missing: [],
    changed: [],
    sameContent: [],
    removed: [],
    removedCount: 0,
    drifted: [],
    driftedCount: 0,
    hostOnly: [],
    emptyFolders: [],
    unreadable: [],
  };
  const counts = { removed: 'removedCount', drift: 'driftedCount' } as const;
  for (const line of lines) {
    const [record = '', rest = ''] = cut(line, 1);
    const number = Number(rest);
    if (record === 'base') result.base = rest === 'none' ? null : rest;
    else if (record === 'previous') result.previous = rest;
    else if (record === 'missing' && number > 0) result.missing.push(number);
    else if (record === 'changed' && number > 0) result.changed.push(number);
    else if (record === 'mode' && number > 0) result.sameContent.push(number);
    else if (record === 'empty') result.emptyFolders.push(name(rest));
    else if (record === 'unreadable') result.unreadable.push(rest);
    else if (record === 'removed') {
      const [size = '', path = ''] = cut(rest, 1);
      result.removed.push({ path: name(path), size: Number(size) });
    } else if (record === 'drift') {
      const [how, path = ''] = cut(rest, 1);
      result.drifted.push({ path: name(path), how: how === 'gone' ? 'gone' : 'changed' });
    } else if (record === 'count') {
      const [what = '', count = ''] = cut(rest, 1);
      if (!(what in counts)) throw malformed(session, 'compare', line);
      result[counts[what as keyof typeof counts]] += Number(count);
    } else if (record === 'only') {
      const [fate = '', size = '', modified = '', path = ''] = cut(rest, 3);
      if (!fates.has(fate)) throw malformed(session, 'compare', line);
      result.hostOnly.push({
        path: name(path),
        size: Number(size),
        modified: Number(modified),
        fate: fate as HostOnlyFile['fate'],
      });
    } else throw malformed(session, 'compare', line);
  }
  return result;
}

/** Splits off the first `count` words; the last element is the rest of the line. */
function cut(line: string, count: number): string[] {
  const words: string[] = [];
  let rest = line;
  for (let n = 0; n < count; n++) {
    const at = rest.indexOf(' ');
    if (at === -1) break;
    words.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...words, rest];
}

/** A file's name as the host has it. */
function name(text: string): string {
  return text.replaceAll('\u0001', '\n');
}

/** A path of belay.yml as the host compares it: without `./` and trailing slash. */
function plain(path: string): string {
  return path.replace(/^(\.\/+)+/, '').replace(/\/+$/, '');
}
