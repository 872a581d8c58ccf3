import type { DeploymentView } from '../history/view.js';
import { printJson, type Io } from './io.js';
import { exitCodeOf, outcomeJson } from './output/outcome.js';
import { summary } from './output/summary.js';
import { linkTo } from './temporal.js';

/** How a command that followed a deployment was asked to tell it. */
export interface OutputOptions {
  json?: boolean;
  output?: 'jsonl';
}

/**
 * Says how a deployment stands: the last lines, or the outcome as JSON.
 * @param named the ID as it was given
 * @returns the exit code
 */
export function conclude(
  view: DeploymentView,
  { json, output }: OutputOptions,
  io: Io,
  named?: string,
): number {
  const ui = linkTo({ workflowId: view.id, runId: view.runId });
  if (json) printJson(io, outcomeJson(view, ui));
  // jsonl has ended with the outcome.
  else if (output === undefined) io.stdout(`${summary(view, ui, io.colors.stdout, named).join('\n')}\n`);
  return exitCodeOf(view);
}
