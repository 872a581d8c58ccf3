import { failureTypes } from '../../domain/runbook/failure.js';
import { fields } from '../../host/fields.js';
import { HostError } from '../../host/types.js';
import { cancelSignal } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';

/** Removes all that belay keeps on the host for the path; past the door, whose own records go as well. */
export const forgetHost: Step<'forgetHost'> =
  ({ hosts }) =>
  async ({ app, number, reach }) => {
    const session = await hosts.session(reach);
    const options = { timeoutMs: 5 * 60_000, signal: cancelSignal() };
    const { code, stdout, stderr } = await session.run(
      'forget-host',
      [fields({ path: app.path, number })],
      options,
    );
    if (code !== 0)
      throw new HostError(
        failureTypes.commandFailed,
        `what belay keeps on ${session.alias} was not removed (exit status ${code}): ${`${stdout}${stderr}`.trim().slice(-500)}`,
      );
    return { left: [...stdout.matchAll(/^left (.+)$/gm)].map(([, folder = '']) => folder) };
  };
