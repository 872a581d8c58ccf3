import type { Comparison } from '../../domain/plan/input.js';
import { makeFinding, type Finding } from '../../domain/findings/finding.js';
import type { ManifestEntry } from '../../domain/app/manifest.js';
import type { FileChange } from '../../domain/plan/plan.js';
import type { LiveComparison } from './compare-with-live.js';
import type { ManifestLines } from './manifest-lines.js';

/** Lists in a plan are cut here; counts and bytes are whole. */
const listed = 200;

/** Makes the plan's comparison, with its findings, of what the host said. Pure. */
export function judgeComparison(
  host: string,
  path: string,
  entries: readonly ManifestEntry[],
  lines: ManifestLines,
  live: LiveComparison,
): Comparison {
  const added = live.base === null ? [...entries] : live.missing.map((line) => lines.at(line));
  const changed = live.changed.map((line) => lines.at(line));
  const sameContent = new Set(live.sameContent.map((line) => lines.at(line)));
  const travels = [...added, ...changed].filter((entry) => entry.mode !== 'link' && !sameContent.has(entry));
  const hostOnly = [...live.hostOnly].sort(
    (a, b) => Number(b.fate === 'uncovered') - Number(a.fate === 'uncovered') || (a.path < b.path ? -1 : 1),
  );
  return {
    files: {
      added: listOf(added),
      changed: listOf(changed),
      removed: live.removed.slice(0, listed),
      addedCount: added.length,
      changedCount: changed.length,
      removedCount: live.removedCount,
      total: entries.length,
      totalBytes: bytesOf(entries),
      upload: { files: travels.length, bytes: bytesOf(travels) },
    },
    hostOnly: hostOnly.slice(0, listed),
    findings: [
      ...unreadable(host, path, live),
      ...drifted(host, path, live),
      ...emptyFolders(host, path, live),
    ],
  };
}

function listOf(entries: readonly ManifestEntry[]): FileChange[] {
  return entries
    .map(({ path, size }) => ({ path, size }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .slice(0, listed);
}

function bytesOf(entries: readonly ManifestEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.size, 0);
}

function unreadable(host: string, path: string, live: LiveComparison): Finding[] {
  if (live.unreadable.length === 0) return [];
  return [
    makeFinding('files.unreadable', {
      host,
      message: `Parts of ${path} cannot be read, so files that exist only there cannot be told.`,
      evidence: live.unreadable.join('\n'),
      remedy:
        'Log in as root, or let the user run `sudo -n` without a password, or make those folders readable to it. Where a user is named, make ' +
        'them readable to that one: `chown USER FILE`, or `chmod a+r FILE`.',
    }),
  ];
}

function drifted(host: string, path: string, live: LiveComparison): Finding[] {
  if (live.driftedCount === 0) return [];
  const shown = live.drifted.slice(0, 20);
  const rest = live.driftedCount - shown.length;
  return [
    makeFinding('files.changed-on-host', {
      host,
      message: `${live.driftedCount} files of release ${live.previous ?? ''} were changed on the host since it was deployed; the new release does not have these changes.`,
      evidence: [
        ...shown.map(
          (file) => `${JSON.stringify(file.path)} ${file.how === 'gone' ? 'is gone' : 'was changed'}`,
        ),
        ...(rest > 0 ? [`and ${rest} more`] : []),
      ].join('\n'),
      remedy: `Bring what is worth keeping into the source: ${live.base ?? path} has the files as they are now.`,
    }),
  ];
}

function emptyFolders(host: string, path: string, live: LiveComparison): Finding[] {
  if (live.emptyFolders.length === 0) return [];
  return [
    makeFinding('files.empty-folder', {
      host,
      message: `${path} holds empty folders that the new release will not have.`,
      evidence: live.emptyFolders.map((folder) => JSON.stringify(`${folder}/`)).join('\n'),
      remedy: `Where the app writes there, name it in belay.yml: \`shared: [${live.emptyFolders.slice(0, 5).map(yaml).join(', ')}]\`.`,
    }),
  ];
}

/** A path as it stands in a YAML list. */
function yaml(path: string): string {
  return /^[\w./-]+$/.test(path) && !path.startsWith('-') ? path : JSON.stringify(path);
}
