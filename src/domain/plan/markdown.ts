import { formatBytes } from '../text/bytes.js';
import type { Finding } from '../findings/finding.js';
import { code, literal } from '../text/markdown.js';
import type { Plan } from './plan.js';

const mostCommits = 12;

/** The plan as Markdown, for the Web UI's current details and for `belay plan --markdown`. */
export function planMarkdown(plan: Plan): string {
  const { files } = plan;
  const upload = `${files.upload.files} of ${files.total} files travel, ${formatBytes(files.upload.bytes)}`;
  return [
    `### Plan \`${plan.digest.slice(0, 12)}\` for ${literal(plan.host)}`,
    '',
    `- release **${literal(plan.release)}**, runs as ${literal(plan.user)}`,
    plan.bind === null
      ? `- address: ${plan.served === undefined ? 'unknown' : literal(plan.served.by)}`
      : `- address **${literal(bindText(plan))}**, from ${literal(plan.bind.from)}`,
    `- files: ${files.addedCount} added, ${files.changedCount} changed, ${files.removedCount} removed; ${upload}`,
    `- way back: ${literal(previousText(plan))}`,
    ...(plan.commits ?? []).slice(0, mostCommits).map((line) => `- commit ${literal(line)}`),
    '',
    '**What will happen**',
    '',
    ...(plan.unchanged
      ? ['Nothing: this version already serves.']
      : plan.actions.map((action, index) => `${index + 1}. ${literal(action)}`)),
    ...(plan.findings.length === 0 ? [] : ['', '**Findings**', '', ...plan.findings.map(findingLine)]),
    '',
  ].join('\n');
}

/** `port 9999`, or a socket's path; of files alone what serves them. */
export function bindText(plan: Pick<Plan, 'bind' | 'served'>): string {
  if (plan.bind === null) return plan.served?.by ?? 'nowhere';
  return plan.bind.kind === 'port' ? `port ${plan.bind.port}` : plan.bind.path;
}

/** What a rehearsal has instead of it. */
export function spareText(plan: Pick<Plan, 'bind'>): string {
  return plan.bind?.kind === 'socket' ? 'a spare socket' : 'a spare port';
}

/** Who expects the app there: `as nginx expects (/etc/nginx/sites-enabled/words:14)`. */
export function expectation(plan: Pick<Plan, 'bind'>): string {
  const from = plan.bind?.from ?? 'nobody';
  return from.startsWith('nginx, ') ? `as nginx expects (${from.slice('nginx, '.length)})` : `from ${from}`;
}

/** What a rollback would put back, in words. */
export function previousText(plan: Pick<Plan, 'previous'>): string {
  switch (plan.previous.kind) {
    case 'release':
      return `release ${plan.previous.release}`;
    case 'adopt':
      return `the directory that is there, kept whole as ${plan.previous.release}`;
    case 'none':
      return 'nothing was there before';
  }
}

function findingLine(finding: Finding): string {
  const remedy = finding.remedy === '' ? '' : ` — ${literal(finding.remedy)}`;
  return `- **${finding.severity}** ${code(finding.id)} ${literal(finding.message)}${remedy}`;
}
