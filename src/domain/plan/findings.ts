import type { App } from '../app/app.js';
import { diskLow } from '../findings/common.js';
import { accessFindings } from './access-findings.js';
import { deadmanFindings } from './deadman.js';
import { doubtText } from '../findings/doubted.js';
import type { Facts } from '../facts/facts.js';
import type { Finding } from '../findings/finding.js';
import { finder, type Finder } from '../findings/finder.js';
import { givenFindings } from './given.js';
import { hostFindings } from './host-findings.js';
import { formatBytes } from '../text/bytes.js';
import { ownUnitFindings } from '../keepers/own-unit-findings.js';
import { releaseKeeper } from '../keepers/kinds/of-app.js';
import type { Baseline } from '../app/baseline.js';
import type { Bind } from '../app/address.js';
import type { Measured } from './measured.js';
import type { FileChanges, HostOnlyFile } from './plan.js';
import type { Pm2Home, Stop } from '../keepers/keeper.js';
import { socketFindings } from '../nginx/bind/socket-folder.js';
import { silentSeconds } from '../facts/fence.js';

/** What the plan itself checks, besides where the app listens and what is in its way. */
export interface Checked {
  host: string;
  app: App;
  facts: Facts;
  /** Whom the app will run as. */
  user: string;
  bind: Bind | null;
  pm2?: Pm2Home;
  stops: readonly Stop[];
  deployment: string;
  files: FileChanges;
  hostOnly: readonly HostOnlyFile[];
  baseline: readonly Baseline[];
  unrehearsed?: string;
  measured?: Measured;
}

const spareBytes = 100 * 1000 * 1000;

/** Room, rights, tools, the path, the user, the fence, files that only the host has, the start command. */
export function planFindings(checked: Checked): Finding[] {
  const find = finder(checked.host);
  fence(checked, find);
  accessFindings(checked, find);
  releaseKeeper(checked.app, { pm2: checked.pm2 }).findings?.(checked.facts, checked.user, find);
  deadmanFindings(checked.app, checked.facts, find);
  // A unit that is there makes its socket's folder itself, or finds it.
  if (releaseKeeper(checked.app).isMade) socketFindings(checked.bind, checked.facts, checked, find);
  hostFindings(checked, find);
  disk(checked, find);
  hostOnly(checked, find);
  daemonizes(checked.app, find);
  ownUnitFindings(checked, find);
  givenFindings(checked, find);
  told(checked, find);
  return find.found;
}

function fence({ facts, deployment }: Checked, find: Finder): void {
  const held = facts.app.fence;
  if (held === null || held.state !== 'held' || held.deployment === deployment) return;
  const age = facts.system.now - held.renewed;
  if (!held.running && age >= silentSeconds) {
    find.report(
      'fence.unfinished',
      `A deployment began to change this host and never came to its end: ${held.deployment}, by ${held.by}.`,
      `its last change was ${duration(age)} ago`,
      'Put back what it left: `belay recover`. Deploying takes the host as it is now, and keeps that for the way back.',
    );
    return;
  }
  find.report(
    'fence.held',
    `Another deployment acts on this host: ${held.deployment}, by ${held.by}, since ${new Date(held.since * 1000).toISOString()}.`,
    held.running ? 'a change runs at this moment' : `its last change was ${duration(age)} ago`,
    'Wait for it, or abort it: `belay list`, `belay abort`.',
  );
}

function disk({ facts, files }: Checked, find: Finder): void {
  if (facts.disk === null) return;
  const { availableBytes, availableInodes, filesystem } = facts.disk;
  const evidence = `${filesystem}: ${formatBytes(availableBytes)} and ${availableInodes} inodes free`;
  const need = 2 * files.totalBytes + spareBytes;
  if (availableBytes < need || availableInodes < 2 * files.total + 1000) {
    find.report(
      'disk.full',
      `The release and the way back need ${formatBytes(need)} and ${2 * files.total + 1000} inodes; the host has less.`,
      evidence,
      'Make room: old releases (`keep` in belay.yml), logs, package caches.',
    );
  } else if (availableBytes < 4 * files.totalBytes + 5 * spareBytes) {
    diskLow(availableBytes, 'the host', evidence, find);
  }
}

function hostOnly({ app, facts, hostOnly: files }: Checked, find: Finder): void {
  const uncovered = files.filter(({ fate }) => fate === 'uncovered');
  if (uncovered.length === 0) return;
  const lines = uncovered
    .slice(0, 20)
    .map(
      ({ path: name, size, modified }) =>
        `${name}  ${formatBytes(size)}, changed ${duration(facts.system.now - modified)} ago`,
    );
  const more = uncovered.length > lines.length ? [`and ${uncovered.length - lines.length} more`] : [];
  const names = uncovered
    .slice(0, 5)
    .map(({ path: name }) => JSON.stringify(name.replace(/\/$/, '')))
    .join(', ');
  const what =
    uncovered.length === 1 ? '1 file or folder exists' : `${uncovered.length} files or folders exist`;
  find.report(
    'files.host-only',
    `${what} only on the host, in ${app.path}; the new release would not have it.`,
    [...lines, ...more].join('\n'),
    `In belay.yml, \`shared: [${names}]\` for what the app goes on using, \`discard: [${names}]\` for what may stay behind.`,
  );
}

function daemonizes(app: App, find: Finder): void {
  const run = app.run.trim();
  const how =
    /(?<![\w-])--daemon(?:ize)?(?![\w-])/.exec(run)?.[0] ??
    (/(?<![\w-])gunicorn(?![\w-])/.test(run) ? /(?<=\s)-D(?=\s|$)/.exec(run)?.[0] : undefined) ??
    (/(?<!&)&$/.test(run) ? '& at the end' : undefined) ??
    /(?<![\w-])(?:nohup|disown|pm2\s+start)(?![\w-])/.exec(run)?.[0];
  if (how === undefined) return;
  find.report(
    'app.process.daemonizes',
    `\`run\` sends the app into the background (${how}), where nothing would keep it running.`,
    `run: ${app.run}`,
    `Leave that out: ${releaseKeeper(app).kind} keeps it running.`,
  );
}

/** What is only told. */
function told({ baseline, facts }: Checked, find: Finder): void {
  const bad = baseline.filter(({ status, error }) => status === null || status >= 500 || error !== undefined);
  if (bad.length > 0) {
    find.report(
      'site.down-before',
      'Pages fail already, before anything is changed; after a rollback they may fail again.',
      bad.map(({ url, status, error }) => `${url} → ${status ?? error ?? 'no answer'}`).join('\n'),
      'Nothing, where this deployment mends them.',
    );
  }
  const { doubts = [] } = facts;
  if (doubts.length > 0) {
    find.report(
      'facts.doubted',
      'Something on the host says that it is what belay would ask or use, and another user could have made it so: it was neither asked nor used.',
      doubts.map(doubtText).slice(0, 20).join('\n'),
      'Nothing, where that is meant; where the app depends on it, another finding says what to do.',
    );
  }
  const { incomplete = [] } = facts;
  if (incomplete.length > 0) {
    find.report(
      'facts.incomplete',
      'More listens, runs or is kept on the host than belay looks at, so what would be in the way, or serves now, may be missing from this plan.',
      incomplete.map(({ fact, why }) => `${fact}: ${why}`).join('\n'),
      'See whose they are: `ss -ltnp`, `ps -eo user= | sort | uniq -c | sort -n`, and what is named above; end or remove what should not be there, then plan again.',
    );
  }
  if (facts.unreadable.length > 0) {
    find.report(
      'facts.unreadable',
      'Some of the host could not be read, so what is there may be missing from this plan.',
      facts.unreadable
        .slice(0, 20)
        .map(({ fact, why }) => `${fact}: ${why}`)
        .join('\n'),
      'Give belay the rights to read it, or acknowledge this.',
    );
  }
}

function duration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ];
  const whole = Math.max(0, Math.round(seconds));
  const [size, unit] = units.find(([one]) => whole >= one) ?? [1, 'second'];
  const count = Math.floor(whole / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
