import type { ChangeInput } from '../../domain/runbook/activities.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { isStep, steps } from '../../domain/runbook/steps.js';
import { renewHost } from '../../host/door/lifeline.js';
import { HostError, type Hosts } from '../../host/types.js';
import { cancelSignal } from '../runtime/context.js';

const atMostMs = 20_000;

/**
 * Tells the host while a step goes on that the deployment is alive, three times within the deadline of its dead man's switch.
 * Where another number holds the host by then, that is what the step fails with.
 */
export function renewing<Output>(
  hosts: Hosts,
  name: string,
  step: (input: unknown) => Promise<Output>,
): (input: unknown) => Promise<Output> {
  const renews = isStep(name) ? steps[name].renews : 'no';
  if (renews === 'no') return step;
  return async (input) => {
    const { app, reach, number, deployment } = input as ChangeInput;
    const everyMs = Math.min(atMostMs, ((app.deadmanSeconds ?? 0) * 1000) / 3);
    if (everyMs === 0) return step(input);
    const options = { timeoutMs: atMostMs, signal: cancelSignal() };
    const renew = async (): Promise<void> =>
      renewHost(await hosts.session(reach), { path: app.path, number, deployment }, options);
    if (renews === 'itself') await renew();

    let fenced: HostError | undefined;
    let pending = false;
    const timer = setInterval(() => {
      if (pending) return;
      pending = true;
      renew()
        // Where the host cannot be reached, the step itself finds out.
        .catch((error: unknown) => {
          if (error instanceof HostError && error.type === failureTypes.fenced) fenced = error;
        })
        .finally(() => (pending = false));
    }, everyMs);
    try {
      const output = await step(input);
      if (fenced !== undefined) throw fenced;
      return output;
    } catch (error) {
      throw fenced ?? error;
    } finally {
      clearInterval(timer);
    }
  };
}
