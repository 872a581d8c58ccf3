import { proxyActivities } from '@temporalio/workflow';

const { echo } = proxyActivities<{ echo(text: string): Promise<string> }>({
  startToCloseTimeout: '5 seconds',
});

export async function deploy(): Promise<string> {
  return await echo('done by the worker');
}
