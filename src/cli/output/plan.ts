import type { Finding } from '../../domain/findings/finding.js';
import type { Surprise } from '../../domain/environment/surprises.js';
import { formatBytes } from '../../domain/text/bytes.js';
import type { FileChange, FileChanges, HostOnlyFile, Plan } from '../../domain/plan/plan.js';
import type { Stop } from '../../domain/keepers/keeper.js';
import type { Colors } from '../terminal/io.js';
import { clean, oneLine, shortDigest } from '../../history/text.js';
import { en, type Speech } from './catalogue/en.js';
import { padded } from './region.js';

const mostFiles = 12;
const mostEvidence = 12;

/** A plan as a person judges it before approving: what was found, what will stop and change, the way back, findings. */
export function planText(plan: Plan, app: string, colors: Colors, speech: Speech = en): string[] {
  const { bold, dim } = colors;
  const { plan: said, words } = speech;
  const section = (title: string, lines: string[]) => (lines.length === 0 ? [] : ['', bold(title), ...lines]);
  const { stops, actions } = plan.unchanged ? { stops: [], actions: [] } : plan;
  return [
    `${bold(said.title(shortDigest(plan.digest)))}  ${said.about(oneLine(app), oneLine(plan.host), oneLine(plan.release))}`,
    ...(plan.unchanged ? [colors.green(`  ${said.nothing}`)] : []),
    ...section(said.found, found(plan, colors, speech)),
    ...section(
      said.stops,
      stops.map((stop) => stopLine(stop, colors, speech)),
    ),
    ...section(
      `${said.files}  ${dim(filesTitle(plan.files, speech))}`,
      fileLines(plan.files, colors, speech),
    ),
    ...section(said.commits, commitLines(plan.commits ?? [], colors, speech)),
    ...section(said.hostOnly, hostOnlyLines(plan.hostOnly, colors, speech)),
    ...section(
      said.willDo,
      actions.map((action, index) => `  ${dim(`${index + 1}.`)} ${oneLine(words.action(action))}`),
    ),
    ...section(said.wayBack, plan.unchanged ? [] : [`  ${oneLine(words.plan.previous(plan.previous))}`]),
    ...section(
      said.findings,
      plan.findings.flatMap((finding) => findingLines(finding, colors, speech)),
    ),
    '',
  ];
}

function commitLines(commits: string[], { dim }: Colors, { plan: said }: Speech): string[] {
  const more = commits.length - mostFiles;
  return [
    ...commits.slice(0, mostFiles).map((line) => `  ${oneLine(line)}`),
    ...(more > 0 ? [`  ${dim(said.more(more))}`] : []),
  ];
}

/** A finding with what was seen and what to do. */
export function findingLines(finding: Finding | Surprise, colors: Colors, speech: Speech = en): string[] {
  const { message, original, remedy } = speech.words.finding(finding);
  const tone = { block: colors.red, warn: colors.yellow, info: colors.dim }[finding.severity];
  const mark = { block: '✗', warn: '!', info: 'i' }[finding.severity];
  const evidence = clean(finding.evidence).trimEnd().split('\n');
  const shown = evidence.slice(0, mostEvidence).filter((line) => line !== '' || evidence.length > 1);
  const more = evidence.length - mostEvidence;
  return [
    `  ${tone(`${mark} ${oneLine(finding.id)}`)}  ${oneLine(message)}`,
    ...(original === '' ? [] : [`      ${oneLine(original)}`]),
    ...shown.map((line) => `      ${colors.dim(line)}`),
    ...(more > 0 ? [`      ${colors.dim(speech.plan.moreLines(more))}`] : []),
    ...(remedy === '' ? [] : [`    → ${oneLine(remedy)}`]),
  ];
}

function found(plan: Plan, { red, dim }: Colors, { plan: said, words }: Speech): string[] {
  const [where, who, answers] = said.rows.map((name) => padded(name, 10));
  const { bind, served, baseline } = plan;
  const address =
    bind === null
      ? served === undefined
        ? red(said.unknown)
        : oneLine(words.action(served.by))
      : bind.kind === 'port'
        ? said.port(bind.port)
        : said.socket(oneLine(bind.path));
  return [
    `  ${where}${address}${bind === null ? '' : dim(`  ${said.from(oneLine(words.action(bind.from)))}`)}`,
    `  ${who}${oneLine(plan.user)}`,
    ...baseline.map(({ url, status, error, gate }, index) => {
      const answer =
        status === null
          ? red(oneLine(error ?? said.noAnswer))
          : status < 400
            ? String(status)
            : red(String(status));
      return `  ${index === 0 ? answers : ' '.repeat(10)}${oneLine(url)}${gate === undefined ? '' : dim(said.atNginx(`${oneLine(gate.address)}:${gate.port}`))} ${dim('→')} ${answer}`;
    }),
  ];
}

function stopLine(stop: Stop, colors: Colors, { plan: said, words }: Speech): string {
  const mark = stop.role === 'conflict' ? colors.yellow('- ') : colors.red('- ');
  const state = stop.active ? '' : colors.dim(said.notRunning);
  return `  ${mark}${oneLine(words.action(stop.label))}${state}  ${colors.dim(said.stop(stop.role, oneLine(words.action(stop.why))))}`;
}

function filesTitle(files: FileChanges, { plan: said }: Speech): string {
  const { addedCount, changedCount, removedCount, total, totalBytes, upload } = files;
  const changes = said.changes(addedCount, changedCount, removedCount);
  return `${changes}${said.travel(total, formatBytes(totalBytes), upload.files, formatBytes(upload.bytes))}`;
}

function fileLines(files: FileChanges, colors: Colors, speech: Speech): string[] {
  return [
    ...group(files.added, files.addedCount, colors.green('+'), colors, speech),
    ...group(files.changed, files.changedCount, colors.yellow('~'), colors, speech),
    ...group(files.removed, files.removedCount, colors.red('-'), colors, speech),
  ];
}

function group(
  files: FileChange[],
  total: number,
  mark: string,
  { dim }: Colors,
  { plan: said }: Speech,
): string[] {
  const shown = files.slice(0, mostFiles);
  const more = total - shown.length;
  return [
    ...shown.map(({ path, size }) => `  ${mark} ${oneLine(path)}  ${dim(formatBytes(size))}`),
    ...(more > 0 ? [`  ${mark} ${dim(said.more(more))}`] : []),
  ];
}

function hostOnlyLines(files: HostOnlyFile[], colors: Colors, { plan: said }: Speech): string[] {
  const fates = { ...said.fates, uncovered: colors.red(said.fates.uncovered) };
  // What blocks comes first, whatever the list's length.
  const ordered = [...files].sort((a, b) => Number(b.fate === 'uncovered') - Number(a.fate === 'uncovered'));
  const shown = ordered.slice(0, mostFiles);
  const more = files.length - shown.length;
  return [
    ...shown.map(
      ({ path, size, fate }) => `  ${oneLine(path)}  ${colors.dim(formatBytes(size))}  ${fates[fate]}`,
    ),
    ...(more > 0 ? [`  ${colors.dim(said.more(more))}`] : []),
  ];
}
