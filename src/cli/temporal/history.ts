import type { Client } from '@temporalio/client';
import type { HistoryEvent, PendingActivity } from '../../history/events.js';
import { reduce } from '../../history/reduce.js';
import type { DeploymentView } from '../../history/view.js';
import { unseal } from '../../temporal/codec/unsealed.js';
import type { RunRef } from './connection.js';

const patienceMs = 10_000;

/**
 * A deployment as it is now, by one request for its history and one for what is pending.
 * @throws ServiceError of gRPC where Temporal does not answer within 10 s or does not know the run
 */
export async function readDeployment(client: Client, run: RunRef): Promise<DeploymentView> {
  return client.connection.withDeadline(Date.now() + patienceMs, async () => {
    const [events, pending] = await Promise.all([wholeHistory(client, run), pendingActivities(client, run)]);
    return viewOf(client, events, pending);
  });
}

/** The reducer's view, payloads decoded as the client decodes them. */
export function viewOf(
  client: Client,
  events: HistoryEvent[],
  pending: readonly PendingActivity[],
): DeploymentView {
  const { payloadConverter } = client.options.loadedDataConverter;
  return reduce(events, { decode: (payload) => payloadConverter.fromPayload(payload), pending });
}

/** What Temporal says of the activities that are not over. */
export async function pendingActivities(client: Client, run: Partial<RunRef>): Promise<PendingActivity[]> {
  const description = await client.workflowService.describeWorkflowExecution({
    namespace: client.options.namespace,
    execution: run,
  });
  return unseal(description.pendingActivities, client.options.loadedDataConverter.payloadCodecs);
}

/** One page of a history; `wait` holds the answer back until there is something new. */
export async function historyPage(client: Client, run: RunRef, token: Uint8Array | undefined, wait: boolean) {
  const page = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: run,
    nextPageToken: token,
    waitNewEvent: wait,
  });
  const next = page.nextPageToken.length > 0 ? page.nextPageToken : undefined;
  const { payloadCodecs } = client.options.loadedDataConverter;
  return { events: await unseal(page.history?.events ?? [], payloadCodecs), next };
}

async function wholeHistory(client: Client, run: RunRef): Promise<HistoryEvent[]> {
  const all: HistoryEvent[] = [];
  for (let token: Uint8Array | undefined; ;) {
    const { events, next } = await historyPage(client, run, token, false);
    all.push(...events);
    if (next === undefined) return all;
    token = next;
  }
}
