import type { Connection } from '@temporalio/client';
import { taskQueue } from '../../domain/runbook/messages.js';

type QueueType = Parameters<Connection['workflowService']['describeTaskQueue']>[0]['taskQueueType'];

/** temporal.api.enums.v1.TaskQueueType: TASK_QUEUE_TYPE_WORKFLOW and TASK_QUEUE_TYPE_ACTIVITY */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the SDK does not export the enum
const queueTypes: QueueType[] = [1, 2];
/** A poll lasts 60 s at most, so whoever polls was seen within this. */
const freshMs = 90_000;

/** The identities of those that poll belay's queue for workflows and for activities, in the service's own words. */
export async function pollerIdentities(
  { workflowService }: Pick<Connection, 'workflowService'>,
  namespace: string,
): Promise<string[]> {
  const [workflows = [], activities = []] = await Promise.all(
    queueTypes.map(async (taskQueueType) => {
      const { pollers } = await workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: taskQueue },
        taskQueueType,
      });
      return pollers
        .filter(({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < freshMs)
        .map(({ identity }) => identity ?? '');
    }),
  );
  return workflows.filter((identity) => activities.includes(identity));
}
