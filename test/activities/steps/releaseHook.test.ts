import { afterEach, beforeEach, expect, test } from 'vitest';
import { build } from '../../../src/activities/steps/build.js';
import { releaseHook } from '../../../src/activities/steps/releaseHook.js';
import { LocalHost } from '../local-host.js';

let host: LocalHost;
beforeEach(async () => {
  host = await LocalHost.make({ 'app.py': 'old' });
});
afterEach(() => host.destroy());

test("hooks run in the staged tree, one after the other, with the release's environment", async () => {
  const hooks = {
    release: ['cat app.py', 'echo $BELAY_RELEASE; exit 3', 'echo never'],
    before: [],
    after: [],
  };
  const input = await host.deployment({ 'app.py': 'new\n' }, { app: { hooks } });
  await host.run(build, input);
  await expect(host.run(releaseHook, input)).rejects.toThrow(
    '`release hook` on local failed with exit status 1:\n$ cat app.py\nnew\n' +
      '$ echo $BELAY_RELEASE; exit 3\n20261124T101500Z-1f0c9a2b\n' +
      "the hook 'echo $BELAY_RELEASE; exit 3' ended with exit status 3\nThe old version still runs.",
  );
});

test('without hooks nothing is run', async () => {
  expect(await host.run(releaseHook, await host.deployment({}))).toEqual({ output: '' });
});
