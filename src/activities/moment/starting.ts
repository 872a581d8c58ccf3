import type { ChangeInput } from '../../domain/runbook/activities.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { counted } from '../../host/door/counted.js';
import { addressLine } from '../../host/keepers/launch.js';
import { loadFile } from '../../host/scripts.js';
import { launchOf, managerOfChange, type Ask } from '../change/make-change.js';

const readySeconds = 60;

/** What `start` asks of the door. */
export async function starting(input: ChangeInput): Promise<Ask> {
  return {
    script: 'start',
    fields: { seconds: input.app.readySeconds ?? readySeconds, ...asBefore(input) },
    input: await startFiles(input),
    minutes: 4,
    failure: failureTypes.notReady,
    remedy: 'The old version is started again. Mend what the log says, and deploy again.',
  };
}

/** A rollback starts what the release itself was started with, unless nginx leads elsewhere by now. */
export function asBefore(input: ChangeInput): { asBefore: string } {
  return { asBefore: input.plan.artifact === '' ? addressLine(launchOf(input).bind) : '' };
}

/** What prepare-start.sh reads from stdin: the files by which the release is started. */
export async function startFiles(input: ChangeInput): Promise<string> {
  const parts = Object.values(managerOfChange(input).started(launchOf(input)));
  return [...parts, await loadFile('lib/env-file.sh')].map(counted).join('');
}
