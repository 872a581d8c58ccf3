import type { Finding } from '../../domain/findings/finding.js';
import type { Surprise } from '../../domain/environment/surprises.js';
import { formatBytes } from '../../domain/text/bytes.js';
import { previousText } from '../../domain/plan/markdown.js';
import type { FileChange, FileChanges, HostOnlyFile, Plan } from '../../domain/plan/plan.js';
import type { Stop } from '../../domain/keepers/keeper.js';
import type { Colors } from '../terminal/io.js';
import { clean, count, oneLine, shortDigest } from '../../history/text.js';

const mostFiles = 12;
const mostEvidence = 12;

/** A plan as a person judges it before approving: what was found, what will stop and change, the way back, findings. */
export function planText(plan: Plan, app: string, colors: Colors): string[] {
  const { bold, dim } = colors;
  const section = (title: string, lines: string[]) => (lines.length === 0 ? [] : ['', bold(title), ...lines]);
  const { stops, actions } = plan.unchanged ? { stops: [], actions: [] } : plan;
  return [
    `${bold(`Plan ${shortDigest(plan.digest)}`)}  ${oneLine(app)} on ${oneLine(plan.host)}, release ${oneLine(plan.release)}`,
    ...(plan.unchanged ? [colors.green('  nothing would change: this version already serves')] : []),
    ...section('Found', found(plan, colors)),
    ...section(
      'Stops',
      stops.map((stop) => stopLine(stop, colors)),
    ),
    ...section(`Files  ${dim(filesTitle(plan.files))}`, fileLines(plan.files, colors)),
    ...section('Only on the server', hostOnlyLines(plan.hostOnly, colors)),
    ...section(
      'Will do',
      actions.map((action, index) => `  ${dim(`${index + 1}.`)} ${oneLine(action)}`),
    ),
    ...section('Way back', plan.unchanged ? [] : [`  ${oneLine(previousText(plan))}`]),
    ...section(
      'Findings',
      plan.findings.flatMap((finding) => findingLines(finding, colors)),
    ),
    '',
  ];
}

/** A finding with what was seen and what to do. */
export function findingLines(finding: Finding | Surprise, colors: Colors): string[] {
  const tone = { block: colors.red, warn: colors.yellow, info: colors.dim }[finding.severity];
  const mark = { block: '✗', warn: '!', info: 'i' }[finding.severity];
  const evidence = clean(finding.evidence).trimEnd().split('\n');
  const shown = evidence.slice(0, mostEvidence).filter((line) => line !== '' || evidence.length > 1);
  const more = evidence.length - mostEvidence;
  return [
    `  ${tone(`${mark} ${oneLine(finding.id)}`)}  ${oneLine(finding.message)}`,
    ...shown.map((line) => `      ${colors.dim(line)}`),
    ...(more > 0 ? [`      ${colors.dim(`… ${count(more, 'more line')}`)}`] : []),
    ...(finding.remedy === '' ? [] : [`    → ${oneLine(finding.remedy)}`]),
  ];
}

function found(plan: Plan, { red, dim }: Colors): string[] {
  const { bind, baseline } = plan;
  const address =
    bind === null
      ? red('unknown')
      : bind.kind === 'port'
        ? `port ${bind.port}`
        : `socket ${oneLine(bind.path)}`;
  return [
    `  address   ${address}${bind === null ? '' : dim(`  from ${oneLine(bind.from)}`)}`,
    `  runs as   ${oneLine(plan.user)}`,
    ...baseline.map(({ url, status, error, gate }, index) => {
      const answer =
        status === null
          ? red(oneLine(error ?? 'no answer'))
          : status < 400
            ? String(status)
            : red(String(status));
      return `  ${index === 0 ? 'answers   ' : '          '}${oneLine(url)}${gate === undefined ? '' : dim(` at nginx, ${oneLine(gate.address)}:${gate.port}`)} ${dim('→')} ${answer}`;
    }),
  ];
}

function stopLine(stop: Stop, colors: Colors): string {
  const mark = stop.role === 'conflict' ? colors.yellow('- ') : colors.red('- ');
  const state = stop.active ? '' : colors.dim(' (not running)');
  return `  ${mark}${oneLine(stop.label)}${state}  ${colors.dim(`${stop.role}: ${oneLine(stop.why)}`)}`;
}

function filesTitle(files: FileChanges): string {
  const { addedCount, changedCount, removedCount, total, totalBytes, upload } = files;
  const changes = `${addedCount} added, ${changedCount} changed, ${removedCount} removed`;
  const whole = `of ${count(total, 'file')}, ${formatBytes(totalBytes)}`;
  return `${changes} ${whole}; ${count(upload.files, 'file travels', 'files travel')}, ${formatBytes(upload.bytes)}`;
}

function fileLines(files: FileChanges, colors: Colors): string[] {
  return [
    ...group(files.added, files.addedCount, colors.green('+'), colors),
    ...group(files.changed, files.changedCount, colors.yellow('~'), colors),
    ...group(files.removed, files.removedCount, colors.red('-'), colors),
  ];
}

function group(files: FileChange[], total: number, mark: string, { dim }: Colors): string[] {
  const shown = files.slice(0, mostFiles);
  const more = total - shown.length;
  return [
    ...shown.map(({ path, size }) => `  ${mark} ${oneLine(path)}  ${dim(formatBytes(size))}`),
    ...(more > 0 ? [`  ${mark} ${dim(`and ${more} more`)}`] : []),
  ];
}

function hostOnlyLines(files: HostOnlyFile[], colors: Colors): string[] {
  const fates = {
    shared: 'shared: lives on beside the releases',
    discarded: 'stays behind in the adopted directory',
    dependencies: 'dependencies: kept per lockfile',
    uncovered: colors.red('not covered: name it under shared or discard'),
  };
  // What blocks comes first, whatever the list's length.
  const ordered = [...files].sort((a, b) => Number(b.fate === 'uncovered') - Number(a.fate === 'uncovered'));
  const shown = ordered.slice(0, mostFiles);
  const more = files.length - shown.length;
  return [
    ...shown.map(
      ({ path, size, fate }) => `  ${oneLine(path)}  ${colors.dim(formatBytes(size))}  ${fates[fate]}`,
    ),
    ...(more > 0 ? [`  ${colors.dim(`and ${more} more`)}`] : []),
  ];
}
