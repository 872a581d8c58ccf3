import { makeChange } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** Runs `hooks.release` (migrations: forward only) in the staged tree. */
export const releaseHook: Step<'releaseHook'> =
  ({ hosts }) =>
  async (input) => {
    const { app } = input;
    if (app.hooks.release.length === 0) return { output: '' };
    const output = await makeChange(hosts, 'releaseHook', input, {
      script: 'release-hook',
      list: app.hooks.release,
      minutes: 60,
      remedy:
        'The old version still runs. Hooks go forward only: look whether what they did so far suits it, then mend the hook and deploy again.',
    });
    return { output };
  };
