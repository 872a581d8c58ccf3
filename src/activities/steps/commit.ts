import { makeChange, managerOfChange } from '../change/make-change.js';
import type { Stop } from '../../domain/keepers/keeper.js';
import type { Step } from '../runtime/dependencies.js';

/** The point of no return: the new release starts at boot from now on; old ones are pruned; `hooks.after`. */
export const commit: Step<'commit'> =
  ({ hosts }) =>
  async (input) => {
    const { app, plan } = input;
    const output = await makeChange(hosts, 'commit', input, {
      script: 'commit',
      // An ejected release is the one that was there before, too.
      fields: {
        keep: app.keep,
        resumed: resumedStops(plan.stops),
        ...(plan.ejects && { previous: '' }),
      },
      list: app.hooks.after,
      minutes: 60,
      remedy: `The new release serves. Look with \`${managerOfChange(input).look}\` whether it starts at boot.`,
    });
    return { pruned: [...output.matchAll(/^pruned (.+)$/gm)].map(([, name = '']) => name) };
  };

/** The numbers that those have in the backup, in whose order it was given them, which are in force again from now on. */
function resumedStops(stops: readonly Stop[]): string {
  return stops.flatMap(({ resumes }, index) => (resumes ? [String(index).padStart(3, '0')] : [])).join(' ');
}
