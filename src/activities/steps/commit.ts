import { envFilePath } from '../../host/keepers/launch.js';
import { makeChange, managerOfChange, previousOf, userOf } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** The point of no return: the new release starts at boot from now on; old ones are pruned; `hooks.after`. */
export const commit: Step<'commit'> =
  ({ hosts }) =>
  async (input) => {
    const { app, number, plan, release } = input;
    const manager = managerOfChange(input);
    const output = await makeChange(hosts, 'commit', input, {
      script: 'commit',
      args: [
        app.path,
        String(number),
        release,
        previousOf(plan),
        ...(await manager.arguments()),
        String(app.keep),
        userOf(input),
        envFilePath(app, release),
        ...app.hooks.after,
      ],
      minutes: 60,
      remedy: `The new release serves. Look with \`${manager.look}\` whether it starts at boot.`,
    });
    return { pruned: [...output.matchAll(/^pruned (.+)$/gm)].map(([, name = '']) => name) };
  };
