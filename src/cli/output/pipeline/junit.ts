import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Finding } from '../../../domain/findings/finding.js';
import { labelOf } from '../../../domain/runbook/labels.js';
import { lines } from '../../../history/report/html-text.js';
import { deploymentId, type DeploymentStep, type DeploymentView } from '../../../history/view.js';
import type { Io } from '../../terminal/io.js';
import { UserError } from '../../terminal/user-error.js';

/**
 * Writes a deployment as JUnit XML, which GitLab, Jenkins and others show: a test case for each step and for each finding
 * that blocks or warns.
 * @throws UserError where the file cannot be written
 * @see https://docs.gitlab.com/ci/testing/unit_test_reports/
 */
export async function writeJunit(file: string, view: DeploymentView, io: Io): Promise<void> {
  const path = resolve(io.cwd, file);
  await writeFile(path, junit(view)).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`--junit: ${path} cannot be written: ${why}`, undefined, { cause });
  });
}

/** The text of that file. */
export function junit(view: DeploymentView): string {
  const findings = view.findings.filter(({ severity }) => severity !== 'info');
  const cases = [...view.steps.map((step) => stepCase(step, view.cause)), ...findings.map(findingCase)];
  const failed = cases.filter((each) => each.includes('<failure')).length;
  const seconds = ((view.endedAt ?? Date.now()) - view.startedAt) / 1000;
  const counts = `tests="${cases.length}" failures="${failed}" errors="0" time="${seconds.toFixed(3)}"`;
  const name = `belay ${view.type} ${deploymentId(view)}: ${view.outcome ?? view.state}`;
  const at = new Date(view.startedAt).toISOString();
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `<testsuite name="${lines(name)}" ${counts} timestamp="${at}" hostname="${lines(view.host)}">`,
    ...cases,
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function stepCase(
  { name, status, durationSeconds, lastFailure }: DeploymentStep,
  cause: string | null,
): string {
  const failed = status === 'failed' ? failure(lastFailure?.message ?? cause ?? status) : '';
  return testCase('step', labelOf(name), durationSeconds, failed);
}

function findingCase({ id, severity, message, evidence, remedy }: Finding): string {
  const text = `${message}\n${evidence}\n${remedy}`;
  return testCase(
    'finding',
    id,
    0,
    severity === 'block' ? failure(text) : `<system-out>${lines(text)}</system-out>`,
  );
}

function failure(text: string): string {
  return `<failure message="${lines(text.split('\n', 1)[0] ?? '')}">${lines(text)}</failure>`;
}

function testCase(kind: string, name: string, seconds: number, inner: string): string {
  return `<testcase classname="belay.${kind}" name="${lines(name)}" time="${seconds.toFixed(3)}">${inner}</testcase>`;
}
