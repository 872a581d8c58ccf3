import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { exitCodes } from '../../../domain/runbook/outcome.js';
import type { Finding } from '../../../domain/findings/finding.js';
import { en } from '../../../history/catalogue/en.js';
import { reportMarkdown } from '../../../history/report/markdown.js';
import { clean } from '../../../history/text.js';
import type { DeploymentView } from '../../../history/view.js';
import type { Io } from '../../terminal/io.js';
import { exitCodeOf } from '../outcome.js';

/** GitHub shows ten annotations of a kind for each step: https://docs.github.com/en/rest/checks/runs */
const mostAnnotations = 10;
/** GitHub takes summaries of up to 1 MiB for each step. */
const summaryCharacters = 250_000;

/**
 * In a job of GitHub Actions: findings and the outcome as annotations of the run, the report as the step's summary.
 * Elsewhere nothing. `source` is the folder that the findings' paths are relative to. Annotations are lines on stderr, which the runner reads as well as stdout.
 * @see https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 */
export async function tellGithub(
  view: DeploymentView,
  io: Io,
  { ui, source }: { ui: string | null; source: string },
): Promise<void> {
  if (io.env['GITHUB_ACTIONS'] !== 'true') return;
  const told = [
    ...view.findings
      .filter(({ severity }) => severity === 'block')
      .flatMap((finding) => errors(finding, io, source)),
    ...view.findings.filter(({ severity }) => severity === 'warn').map(warning),
    ...outcome(view),
  ];
  io.raw.stderr(told.map((line) => `${line}\n`).join(''));
  const file = io.env['GITHUB_STEP_SUMMARY'];
  if (file === undefined || file === '') return;
  const report = reportMarkdown(view, ui, en);
  await appendFile(file, `${report.slice(0, summaryCharacters)}\n`).catch((error: unknown) =>
    // The deployment is what counts; its summary is not worth a failure.
    io.stderr(
      `GITHUB_STEP_SUMMARY cannot be written: ${error instanceof Error ? error.message : String(error)}\n`,
    ),
  );
}

/** A finding in files of the source (`app.py:12:5: …`) is shown at their lines. */
function errors(finding: Finding, io: Io, source: string): string[] {
  const places = finding.evidence.split('\n').flatMap((line) => place(line, io, source));
  const text = `${finding.message} ${finding.remedy}`;
  if (places.length === 0) return [command('error', { title: finding.id }, `${text}\n${finding.evidence}`)];
  return places
    .slice(0, mostAnnotations)
    .map(({ said, ...at }) => command('error', { title: finding.id, ...at }, `${said}\n${finding.remedy}`));
}

function place(
  line: string,
  io: Io,
  source: string,
): { file: string; line: string; col: string; said: string }[] {
  const [, path = '', at = '', column = '1', said = ''] =
    /^(\S[^:]*):(\d+)(?::(\d+))?:? (.*)$/.exec(line) ?? [];
  const absolute = join(source, path);
  if (path === '' || !existsSync(absolute)) return [];
  return [{ file: relative(io.env['GITHUB_WORKSPACE'] ?? io.cwd, absolute), line: at, col: column, said }];
}

function warning({ id, message, remedy, evidence }: Finding): string {
  return command('warning', { title: id }, `${message} ${remedy}\n${evidence}`);
}

function outcome(view: DeploymentView): string[] {
  if (exitCodeOf(view) === exitCodes.succeeded) return [];
  const title = `belay: ${view.outcome ?? view.state}`;
  return [
    command('error', { title }, view.cause ?? `${view.type} of ${view.app} on ${view.host}: ${view.state}`),
  ];
}

function command(name: 'error' | 'warning', properties: Record<string, string>, text: string): string {
  const listed = Object.entries(properties).map(
    ([key, value]) => `${key}=${escaped(value).replace(/:/g, '%3A').replace(/,/g, '%2C')}`,
  );
  return `::${name} ${listed.join(',')}::${escaped(text)}`;
}

function escaped(text: string): string {
  return clean(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}
