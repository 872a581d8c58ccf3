import { makeChange } from '../change/make-change.js';
import { starting } from '../moment/starting.js';
import type { Step } from '../runtime/dependencies.js';

/** Starts the new release through its keeper and waits until one of its processes listens where nginx expects it. */
export const start: Step<'start'> =
  ({ hosts }) =>
  async (input) => {
    const output = await makeChange(hosts, 'start', input, await starting(input));
    return { pid: Number(/^pid (\d+)$/m.exec(output)?.[1] ?? 0) };
  };
