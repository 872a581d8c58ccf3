import { failureTypes } from '../../domain/runbook/failure.js';
import { addressLine } from '../../host/keepers/launch.js';
import { loadFile } from '../../host/scripts.js';
import { launchOf, makeChange, managerOfChange } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';
import { counted } from '../../host/door/counted.js';

const readySeconds = 60;

/** Starts the new release through its keeper and waits until one of its processes listens where nginx expects it. */
export const start: Step<'start'> =
  ({ hosts }) =>
  async (input) => {
    const { app, plan } = input;
    const launch = launchOf(input);
    const manager = managerOfChange(input);
    const parts = [...Object.values(manager.started(launch)), await loadFile('lib/env-file.sh')];
    // A rollback starts what the release itself was started with, unless nginx leads elsewhere by now.
    const asBefore = plan.artifact === '' ? addressLine(launch.bind) : '';
    const output = await makeChange(hosts, 'start', input, {
      script: 'start',
      fields: { seconds: app.readySeconds ?? readySeconds, asBefore },
      input: parts.map(counted).join(''),
      minutes: 4,
      failure: failureTypes.notReady,
      remedy: 'The old version is started again. Mend what the log says, and deploy again.',
    });
    return { pid: Number(/^pid (\d+)$/m.exec(output)?.[1] ?? 0) };
  };
