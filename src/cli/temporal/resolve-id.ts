import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Client } from '@temporalio/client';
import { taskQueue, workflowId, workflowTypes } from '../../domain/runbook/messages.js';
import type { Io } from '../terminal/io.js';
import type { RunRef } from './connection.js';
import { UserError } from '../terminal/user-error.js';

/** How a command that takes `[ID]` was called. */
export interface IdOptions {
  config?: string;
  env?: string;
}

/** Query of Temporal's visibility store for belay's deployments. */
export const deploymentsQuery = `TaskQueue = '${taskQueue}' AND WorkflowType IN ('${workflowTypes.deploy}', '${workflowTypes.rollback}', '${workflowTypes.eject}', '${workflowTypes.recover}')`;

/** Those that are not over. */
export const openDeployments = `${deploymentsQuery} AND ExecutionStatus = 'Running'`;

const mostListed = 20;

/**
 * The run that is meant: by `<app>/<environment>/<host>`, with or without `belay/` before and `@<run id>` after it (the
 * latest run without); else the deployment of the belay.yml here; else the only one that runs.
 * @throws UserError where that is not exactly one
 */
export async function resolveId(
  client: Client,
  io: Io,
  id: string | undefined,
  options: IdOptions,
): Promise<RunRef> {
  if (id !== undefined) return latestRun(client, parseId(id));
  const file = resolve(io.cwd, options.config ?? 'belay.yml');
  if (options.config !== undefined || options.env !== undefined || existsSync(file)) {
    return ofConfig(client, file, options);
  }
  const running = await listRuns(client, openDeployments);
  return only(
    running,
    'no deployment is running, and there is no belay.yml here; belay list shows what there is',
  );
}

function parseId(id: string): { workflowId: string; runId?: string } {
  const [path = '', runId] = id.split('@');
  const workflow = /^belay(-plan)?\//.test(path) ? path : `belay/${path}`;
  if (workflow.split('/').length !== 4 || workflow.split('/').includes('') || runId === '') {
    throw new UserError(
      `expected an ID such as words/production/web1 or words/production/web1@<run id>, got ${id}; belay list shows them`,
    );
  }
  return { workflowId: workflow, runId };
}

async function latestRun(
  client: Client,
  { workflowId, runId }: { workflowId: string; runId?: string },
): Promise<RunRef> {
  if (runId !== undefined) return { workflowId, runId };
  const found = await find(client, workflowId);
  if (found === null)
    throw new UserError(`there is no deployment ${workflowId}; belay list shows what there is`);
  return found;
}

/** The latest run under a workflow id; null where there is none. */
export async function find(client: Client, workflowId: string): Promise<RunRef | null> {
  try {
    const { runId } = await client.workflow.getHandle(workflowId).describe();
    return { workflowId, runId };
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return null;
    throw error;
  }
}

async function ofConfig(client: Client, file: string, options: IdOptions): Promise<RunRef> {
  // Only here: most calls name their ID, and need not wait for YAML and schema.
  const { loadConfig, resolveApps } = await import('../../config/load.js');
  const config = await loadConfig(file);
  const environments =
    options.env === undefined
      ? [...config.environments.values()]
      : [resolveApps(config, { environment: options.env })];
  const ids = environments.flatMap(({ app, hosts }) => hosts.map((host) => workflowId(app, host)));
  const found = (await Promise.all(ids.map((id) => find(client, id)))).filter((run) => run !== null);
  return only(found, `nothing of ${file} was deployed yet (${ids.join(', ')}); begin with: belay deploy`);
}

/** The newest 20 runs that a query of the visibility store finds. */
export async function listRuns(client: Client, query: string): Promise<RunRef[]> {
  const runs: RunRef[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query, pageSize: mostListed })) {
    runs.push({ workflowId, runId });
    if (runs.length === mostListed) break;
  }
  return runs;
}

function only(runs: readonly RunRef[], none: string): RunRef {
  const [first, ...others] = runs;
  if (first === undefined) throw new UserError(none);
  if (others.length === 0) return first;
  const names = runs.map(({ workflowId }) => `  ${workflowId.replace(/^belay\//, '')}`);
  throw new UserError(`which one is meant? Name it:\n${names.join('\n')}`);
}
