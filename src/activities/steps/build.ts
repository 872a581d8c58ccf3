import { envFilePath, environmentFile } from '../../host/keepers/launch.js';
import { plainPath } from '../../domain/app/plain-path.js';
import { launchOf, makeChange, sharedPaths, userOf } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** Links shared paths and dependencies into the staged tree, runs the build commands there, and then `checks.host`. */
export const build: Step<'build'> =
  ({ hosts }) =>
  async (input) => {
    const { app, plan, release } = input;
    const dependencies = plan.hostOnly
      .filter(({ fate }) => fate === 'dependencies')
      .map(({ path }) => plainPath(path));
    const shared = sharedPaths(app);
    const output = await makeChange(hosts, 'build', input, {
      script: 'build',
      args: [
        app.path,
        release,
        userOf(input),
        envFilePath(app, release),
        String(dependencies.length),
        ...dependencies,
        String(shared.length),
        ...shared,
        String(app.build.length),
        ...app.build,
        ...app.checks.host,
      ],
      input: environmentFile(launchOf(input)),
      minutes: 60,
      remedy: 'The old version was not touched. Mend what failed, and deploy again.',
    });
    return { output };
  };
