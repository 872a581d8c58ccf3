import type { Finding } from '../domain/finding.js';
import { planMarkdown } from '../domain/plan-markdown.js';
import { messageText } from './message-text.js';
import { clean, duration, oneLine } from './text.js';
import { timeline } from './timeline.js';
import { deploymentId, type DeploymentView } from './view.js';

/**
 * The record of a deployment as Markdown, or its post-mortem where it did not succeed: from its history alone.
 * @param ui the Web UI's page of it, where known
 */
export function reportMarkdown(view: DeploymentView, ui: string | null): string {
  return [
    `# ${title(view)}`,
    '',
    ...summaryTable(view, ui),
    ...section('Cause', view.cause === null ? [] : [clean(view.cause)]),
    ...section('Timeline', timelineTable(view)),
    ...section('Findings', view.findings.flatMap(findingLines)),
    ...section('Steps', stepTable(view)),
    ...section('Undone', undoneLines(view)),
    ...section(
      'Remains to be done by hand',
      (view.result?.remains ?? []).map((text) => `- ${cell(text)}`),
    ),
    ...section('Plan', view.plan === null ? [] : [clean(planMarkdown(view.plan)).trimEnd()]),
    '',
  ].join('\n');
}

function title(view: DeploymentView): string {
  const kind = { deploy: 'Deployment', plan: 'Plan', rollback: 'Rollback' }[view.type];
  const end = view.outcome ?? (view.state === 'closed' ? (view.ended ?? 'ended') : view.state);
  return `${kind} of ${cell(view.app)} on ${cell(view.host)}: ${end}`;
}

function summaryTable(view: DeploymentView, ui: string | null): string[] {
  const { result, endedAt } = view;
  const approvals = view.messages.filter(({ kind, counted }) => kind === 'approve' && counted);
  const rows: [string, string | null][] = [
    ['environment', view.environment],
    ['release', view.release],
    ['serves now', result?.serving ?? null],
    ['previous', result?.previous ?? null],
    ['port', result?.port == null ? null : String(result.port)],
    ['started', `${utc(view.startedAt)} by ${view.startedBy}`],
    ['approved by', approvals.map(({ by, at }) => `${by} at ${utc(at)}`).join(', ') || null],
    ['ended', endedAt === null ? null : utc(endedAt)],
    ['took', duration(((endedAt ?? Date.now()) - view.startedAt) / 1000)],
    ['downtime', result === null ? null : `${result.downtimeSeconds} s`],
    ['id', deploymentId(view)],
    ['web ui', ui],
  ];
  const known = rows.filter((row): row is [string, string] => row[1] !== null && row[1] !== '');
  return ['| | |', '|---|---|', ...known.map(([name, value]) => `| ${name} | ${cell(value)} |`)];
}

function timelineTable(view: DeploymentView): string[] {
  const rows = timeline(view).map(({ at, text }) => `| ${utc(at).slice(11)} | ${cell(text)} |`);
  return [
    `Times are UTC, beginning on ${utc(view.startedAt).slice(0, 10)}.`,
    '',
    '| time | what |',
    '|---|---|',
    ...rows,
  ];
}

function findingLines({ id, severity, message, evidence, remedy }: Finding): string[] {
  const quoted = clean(evidence).trimEnd();
  // A fence longer than any in the evidence, so that the evidence cannot end it.
  const fence = '`'.repeat(Math.max(3, ...[...quoted.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [
    `- **${severity}** \`${oneLine(id)}\` ${cell(message)}`,
    ...(quoted === '' ? [] : ['', ...[fence, ...quoted.split('\n'), fence].map((line) => `  ${line}`), '']),
    ...(remedy === '' ? [] : [`  Remedy: ${cell(remedy)}`]),
  ];
}

function stepTable({ steps }: DeploymentView): string[] {
  if (steps.length === 0) return [];
  const rows = steps.map(({ label, status, attempts, durationSeconds, undone }) => {
    return `| ${cell(label)} | ${status} | ${attempts} | ${duration(durationSeconds)} | ${undone ? 'yes' : ''} |`;
  });
  return ['| step | status | attempts | took | undone |', '|---|---|---|---|---|', ...rows];
}

function undoneLines({ steps, messages }: DeploymentView): string[] {
  const undos = steps.filter(({ kind }) => kind === 'undo');
  const asked = messages.filter(({ kind }) => kind === 'retry-rollback' || kind === 'give-up');
  return [
    ...undos.map(({ label, status, undid, lastFailure }) => {
      const what = undid.length > 0 ? ` (undid ${undid.join(', ')})` : '';
      const why = status === 'failed' && lastFailure !== null ? `: ${lastFailure.message}` : '';
      return `- ${cell(`${label}: ${status}${what}${why}`)}`;
    }),
    ...asked.map((message) => `- ${cell(messageText(message))}`),
  ];
}

function section(name: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${name}`, '', ...lines];
}

/** On one line, and unable to end a table's cell or begin markup. */
function cell(text: string): string {
  return oneLine(text).replace(/[\\|<>*_`]/g, (character) => `\\${character}`);
}

/** `2026-11-24 10:15:00` */
function utc(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
