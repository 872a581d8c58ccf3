import type { Speech } from '../output/catalogue/en.js';
import { speechOf } from '../output/speech.js';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { searchAttributeNames } from '../../domain/runbook/messages.js';
import { isOutcome } from '../../history/shape.js';
import { oneLine } from '../../history/text.js';
import { printJson, type Io } from '../terminal/io.js';
import type { ListItem } from '../output/schema.js';
import { table } from '../output/table.js';
import { deploymentsQuery } from '../temporal/resolve-id.js';
import { linkTo, withTemporal } from '../temporal/connection.js';

export interface ListOptions {
  json?: boolean;
}

const most = 50;

/** `belay list`: the newest 50 deployments and rollbacks. */
export async function list({ json }: ListOptions, io: Io): Promise<number> {
  return withTemporal(io, 'read', async (client) => {
    const { items, more } = await newest(client);
    if (json) {
      printJson(io, items);
      return 0;
    }
    const speech = speechOf(io);
    if (items.length === 0) io.stderr(`${speech.list.none}\n`);
    else
      io.stdout(
        `${table(
          speech.list.columns,
          items.map((item) => row(item, io, speech)),
        ).join('\n')}\n`,
      );
    if (more) io.stderr(`${speech.list.older(most)}\n`);
    return 0;
  });
}

async function newest(client: Client): Promise<{ items: ListItem[]; more: boolean }> {
  const items: ListItem[] = [];
  return client.connection.withDeadline(Date.now() + 10_000, async () => {
    for await (const info of client.workflow.list({ query: deploymentsQuery, pageSize: most + 1 })) {
      if (items.length === most) return { items, more: true };
      items.push(itemOf(info));
    }
    return { items, more: false };
  });
}

function itemOf(info: WorkflowExecutionInfo): ListItem {
  const { workflowId, runId, type, startTime, closeTime } = info;
  const attribute = (name: keyof typeof searchAttributeNames) =>
    info.typedSearchAttributes.get(defineSearchAttributeKey(searchAttributeNames[name], 'KEYWORD'));
  const [, app = '', environment = '', host = ''] = workflowId.split('/');
  const outcome = attribute('outcome');
  return {
    deployment: `${workflowId}@${runId}`,
    type,
    app: attribute('app') ?? app,
    environment: attribute('environment') ?? environment,
    host: attribute('host') ?? host,
    release: attribute('release') ?? null,
    outcome: isOutcome(outcome) ? outcome : null,
    status: info.status.name.toLowerCase().replaceAll('_', ' '),
    startedAt: startTime.toISOString(),
    durationSeconds: ((closeTime ?? new Date()).getTime() - startTime.getTime()) / 1000,
    ui: linkTo({ workflowId, runId }),
  };
}

function row(item: ListItem, io: Io, { list: said, duration }: Speech): string[] {
  const { green, red, yellow, magenta, cyan } = io.colors.stdout;
  const tones = {
    succeeded: green,
    unchanged: green,
    refused: red,
    failed: red,
    aborted: yellow,
    'rolled-back': magenta,
    'rollback-failed': red,
  };
  const outcome =
    item.outcome === null
      ? (item.status === 'running' ? cyan : red)(said.outcome(item.status))
      : tones[item.outcome](said.outcome(item.outcome));
  const started = item.startedAt.slice(0, 16).replace('T', ' ');
  const id = oneLine(item.deployment).replace(/^belay\//, '');
  return [
    oneLine(said.types(item.type)),
    outcome,
    started,
    duration(item.durationSeconds),
    oneLine(item.release ?? '-'),
    oneLine(item.host),
    id,
  ];
}
