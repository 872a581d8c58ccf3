import { notifyWorkflowId, taskQueue, workflowTypes } from '../../domain/runbook/messages.js';
import type { TryChannelsInput, TryChannelsResult } from '../../domain/app/channels.js';
import { exitCodes } from '../../domain/runbook/outcome.js';
import { nameSources } from '../../artifact/named-sources.js';
import { artifactsFolder } from '../../temporal/state.js';
import { chooseApp, type AppOptions } from '../input/app.js';
import { printJson, type Io } from '../terminal/io.js';
import { withTemporal } from '../temporal/connection.js';
import { UserError } from '../terminal/user-error.js';
import { userAtMachine } from '../input/user.js';

export interface NotifyOptions extends AppOptions {
  to?: string;
  json?: boolean;
}

/** `belay notify`: sends a test message to every channel, or to one. From the worker, which is what sends the real ones. */
export async function notify({ to, json, ...options }: NotifyOptions, io: Io): Promise<number> {
  const { app, reach } = await chooseApp(options, io);
  const all = app.notify ?? [];
  const channels = all.filter(({ name }) => to === undefined || name === to);
  if (channels.length === 0) {
    const there = all.map(({ name }) => name).join(', ');
    throw new UserError(
      there === ''
        ? 'belay.yml has no channels: name them under notify'
        : `expected one of ${there}, got ${to ?? ''}`,
    );
  }
  const input: TryChannelsInput = {
    channels,
    app: app.name,
    environment: app.environment,
    host: reach.alias,
    startedBy: userAtMachine(),
  };
  await nameSources(artifactsFolder(), { channels });
  const results = await withTemporal(io, 'run', (client) =>
    client.workflow.execute<(input: TryChannelsInput) => Promise<TryChannelsResult>>(workflowTypes.notify, {
      workflowId: notifyWorkflowId(app),
      taskQueue,
      args: [input],
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
      staticSummary: `try the channels of ${app.name}, ${app.environment}`,
    }),
  );
  if (json) printJson(io, results);
  else {
    const { green, red } = io.colors.stdout;
    const lines = results.map(({ channel, why }) =>
      why === null ? `${green('✓')} ${channel} was told` : `${red('✗')} ${why}`,
    );
    io.stdout(`${lines.join('\n')}\n`);
  }
  return results.every(({ why }) => why === null) ? 0 : exitCodes.failed;
}
