import type { DeploymentView } from '../../history/view.js';
import { printJson, type Io } from '../terminal/io.js';
import { tellGithub } from '../output/pipeline/github.js';
import { writeJunit } from '../output/pipeline/junit.js';
import { exitCodeOf, outcomeJson } from '../output/outcome.js';
import { speechOf } from '../output/speech.js';
import { summary } from '../output/summary.js';
import { linkTo } from './connection.js';

/** How a command that followed a deployment was asked to tell it. */
export interface OutputOptions {
  json?: boolean;
  output?: 'jsonl';
  /** A file for JUnit XML. */
  junit?: string;
  /** Where the source lies; without it, here. */
  source?: string;
}

/**
 * Says how a deployment stands: the last lines, or the outcome as JSON.
 * @param named the ID as it was given
 * @returns the exit code
 */
export async function conclude(
  view: DeploymentView,
  options: OutputOptions,
  io: Io,
  named?: string,
): Promise<number> {
  const { json, output } = options;
  const ui = linkTo({ workflowId: view.id, runId: view.runId });
  if (json) printJson(io, outcomeJson(view, ui));
  // jsonl has ended with the outcome.
  else if (output === undefined)
    io.stdout(`${summary(view, ui, io.colors.stdout, named, speechOf(io)).join('\n')}\n`);
  await tellPipeline(view, options, io);
  return exitCodeOf(view);
}

/** What continuous integration shows: JUnit XML where asked for, GitHub's annotations and summary where it runs there. */
export async function tellPipeline(
  view: DeploymentView,
  { junit, source }: Pick<OutputOptions, 'junit' | 'source'>,
  io: Io,
): Promise<void> {
  const ui = linkTo({ workflowId: view.id, runId: view.runId });
  if (junit !== undefined) await writeJunit(junit, view, io);
  await tellGithub(view, io, { ui, source: source ?? io.cwd });
}
