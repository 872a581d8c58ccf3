import { failureTypes } from '../domain/failure.js';
import { unitName } from '../domain/release.js';
import { HostError } from '../host/types.js';
import { addressLine, environmentFile, startScript, unitFile } from '../host/unit.js';
import { bindArguments, bindOf, counted, launchOf, makeChange } from './changing.js';
import type { Step } from './dependencies.js';

const readySeconds = 60;

/** Starts the new release through its own unit and waits until a process of that unit listens where nginx expects it. */
export const start: Step<'start'> =
  ({ hosts }) =>
  async (input) => {
    const { app, plan, release } = input;
    if (app.manager !== 'systemd') {
      throw new HostError(
        failureTypes.configuration,
        `\`manager: ${app.manager}\` comes later: write \`manager: systemd\`, or leave it out`,
      );
    }
    const launch = launchOf(input);
    // A rollback starts what the release itself was started with, unless nginx leads elsewhere by now.
    const asBefore = plan.artifact === '' ? addressLine(launch.bind) : '';
    const output = await makeChange(hosts, 'start', input, {
      script: 'start',
      args: [
        app.path,
        release,
        unitName(app),
        ...bindArguments(bindOf(input)),
        String(readySeconds),
        asBefore,
      ],
      input: [startScript(launch), environmentFile(launch), unitFile(launch)].map(counted).join(''),
      minutes: 4,
      failure: failureTypes.notReady,
      remedy: 'The old version is started again. Mend what the log says, and deploy again.',
    });
    return { pid: Number(/^pid (\d+)$/m.exec(output)?.[1] ?? 0) };
  };
