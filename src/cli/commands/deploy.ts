import { workflowId, type DeployInput } from '../../domain/runbook/messages.js';
import type { Manifest } from '../../domain/app/manifest.js';
import { releaseName } from '../../domain/app/release.js';
import { chooseApp, type AppOptions, type Chosen } from '../input/app.js';
import { attendUnlessDetached } from '../temporal/attend.js';
import { conclude, type OutputOptions } from '../temporal/conclude.js';
import type { Io } from '../terminal/io.js';
import { packSource, type SourceOptions } from '../input/pack.js';
import { startRun } from '../temporal/start.js';
import { withTemporal } from '../temporal/connection.js';
import { userAtMachine } from '../input/user.js';

export interface DeployOptions extends AppOptions, SourceOptions, OutputOptions {
  yes?: boolean;
  detach?: boolean;
}

/** How long a plan waits for somebody who approves it. */
export const approvalDeadlineSeconds = 24 * 60 * 60;

/** `belay deploy`: starts the workflow and follows it. */
export async function deploy(options: DeployOptions, io: Io): Promise<number> {
  const chosen = await chooseApp(options, io);
  const manifest = await packSource(chosen, options, io);
  return withTemporal(io, 'run', async (client) => {
    const input = deployInput(chosen, manifest);
    const run = await startRun(client, {
      type: 'deploy',
      workflowId: workflowId(input.app, input.reach.alias),
      input,
      release: input.release,
      details: details(input, manifest),
    });
    const view = await attendUnlessDetached(client, run, io, options, options.yes ? 'yes' : 'ask');
    return conclude(view, { ...options, source: chosen.source }, io);
  });
}

/** What the workflows `deploy` and `plan` start from. */
export function deployInput({ app, reach }: Chosen, manifest: Manifest): DeployInput {
  return {
    app,
    reach,
    artifact: manifest.digest,
    startedBy: userAtMachine(),
    release: releaseName(new Date(), manifest.digest),
    approvalDeadlineSeconds,
  };
}

/** What the Web UI says of the source. */
export function details({ release }: DeployInput, { commit, dirty, entries }: Manifest): string[] {
  const state = dirty ? ' with changes that are not committed' : '';
  return [
    `release \`${release}\`, ${entries.length} files`,
    ...(commit === undefined ? [] : [`git commit \`${commit}\`${state}`]),
  ];
}
