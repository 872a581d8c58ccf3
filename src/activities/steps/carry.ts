import { plainPath } from '../../domain/app/plain-path.js';
import { makeChange } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** Copies into the staged release what only the release before has of its assets. */
export const carry: Step<'carry'> =
  ({ hosts }) =>
  async (input) => {
    const output = await makeChange(hosts, 'carry', input, {
      script: 'carry',
      list: (input.app.assets ?? []).map(plainPath),
      minutes: 10,
      remedy: 'The old version was not touched.',
    });
    return { output };
  };
