import { Context } from '@temporalio/activity';
import { failureTypes } from '../../domain/runbook/failure.js';
import { deliver } from '../../notify/deliver.js';
import { NotifyError } from '../../notify/error.js';
import { HostError } from '../../host/types.js';
import { cancelSignal } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';

/** Tells one channel. */
export const notify: Step<'notify'> =
  () =>
  async ({ channel, notice }) => {
    const { workflowExecution, activityId } = Context.current().info;
    const delivery = `${workflowExecution?.runId ?? 'none'}-${activityId}`;
    try {
      await deliver(channel, notice, { delivery, signal: cancelSignal() });
    } catch (error) {
      if (!(error instanceof NotifyError)) throw error;
      throw new HostError(
        error.lasting ? failureTypes.configuration : failureTypes.notDelivered,
        `${channel.name} (${channel.to.kind}): ${error.message}`,
      );
    }
  };
