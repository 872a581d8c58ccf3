import type { Client } from '@temporalio/client';
import type { DeploymentView } from '../../history/view.js';
import { readDeployment } from './history.js';
import { listRuns, openDeployments } from './resolve-id.js';

/** The deployments that are not over, and stand where the server must not be left alone. */
export interface UnderWay {
  /** In the middle of a change: what visitors see may be neither the old version nor the new one. */
  changing: DeploymentView[];
  /** Before the first change, or waiting for a person: nothing is lost until they go on. */
  resting: DeploymentView[];
}

/** What Temporal has open. @throws ServiceError of gRPC where it does not answer */
export async function underWay(client: Client): Promise<UnderWay> {
  const runs = await listRuns(client, openDeployments);
  const views = await Promise.all(runs.map((run) => readDeployment(client, run)));
  const open = views.filter(({ state }) => state !== 'closed');
  return {
    changing: open.filter(isChanging),
    resting: open.filter((view) => !isChanging(view)),
  };
}

function isChanging({ state, steps }: DeploymentView): boolean {
  if (state === 'awaiting-approval' || state === 'awaiting-operator') return false;
  return steps.some(({ kind }) => kind !== 'look');
}
