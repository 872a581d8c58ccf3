import { environmentFile } from '../../host/keepers/launch.js';
import { plainPath } from '../../domain/app/plain-path.js';
import { addressOf, makeChange, sharedPaths } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** Links shared paths and dependencies into the staged tree, runs the build commands there, and then `checks.host`. */
export const build: Step<'build'> =
  ({ hosts }) =>
  async (input) => {
    const { app, plan } = input;
    const dependencies = plan.hostOnly
      .filter(({ fate }) => fate === 'dependencies')
      .map(({ path }) => plainPath(path));
    const output = await makeChange(hosts, 'build', input, {
      script: 'build',
      fields: { lasting: dependencies, shared: sharedPaths(app), builds: app.build.length },
      list: [...app.build, ...app.checks.host],
      input: environmentFile({ app, release: input.release, bind: addressOf(input) }),
      minutes: 60,
      remedy: 'The old version was not touched. Mend what failed, and deploy again.',
    });
    return { output };
  };
