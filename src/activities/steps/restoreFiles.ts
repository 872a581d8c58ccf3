import { makeChange } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** Undoes `activate`: the path is what it was, an adopted directory with what was shared from it. */
export const restoreFiles: Step<'restoreFiles'> =
  ({ hosts }) =>
  async (input) => {
    await makeChange(hosts, 'restoreFiles', input, {
      script: 'restore-files',
      minutes: 5,
      remedy: 'It is tried again. Nothing of the old version was deleted.',
    });
  };
