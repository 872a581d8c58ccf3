import { workflowInfo } from '@temporalio/workflow';
import type { TryChannelsInput, TryChannelsResult } from '../domain/app/channels.js';
import { trialNotice, type About } from '../domain/runbook/notice-text.js';
import { deliver } from './people/notices.js';
import { reasonOf } from './step/cause.js';

/** Tries channels, for a person who sets them up. */
export async function notify(input: TryChannelsInput): Promise<TryChannelsResult> {
  const { workflowId, runId } = workflowInfo();
  const { app: name, environment, host, channels, startedBy } = input;
  const about: About = { app: { name, environment }, host, deployment: `${workflowId}@${runId}` };
  return Promise.all(
    channels.map(async (channel) => {
      const why = await deliver(channel, trialNotice(about, startedBy)).then(() => null, reasonOf);
      return { channel: channel.name, kind: channel.to.kind, why };
    }),
  );
}
