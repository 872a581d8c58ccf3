import { afterEach, beforeEach, expect, test } from 'vitest';
import { build } from '../../../src/activities/steps/build.js';
import { runCommand } from '../../../src/activities/proof/commands.js';
import { LocalHost } from '../local-host.js';

const signal = new AbortController().signal;
let host: LocalHost;
beforeEach(async () => {
  host = await LocalHost.make({ 'app.py': 'old' });
});
afterEach(() => host.destroy());

test('a command runs in the release, with its environment, and once: what it came to stays what it was', async () => {
  const input = await host.deployment({ 'app.py': 'new\n' });
  await host.run(build, input);
  const run = (command: string, index: number) => runCommand(host.session, input, { command, index, signal });
  expect(await run('test "$BELAY_RELEASE" = 20261124T101500Z-1f0c9a2b && grep -q new app.py', 1)).toEqual({
    evidence: expect.stringMatching(/^`test .+` → exit status 0 in \d+\.\d s$/) as string,
  });
  expect(await run('echo the queue is down, token=abc123; exit 3', 2)).toEqual({
    fault:
      '`echo the queue is down, token=abc123; exit 3` was expected to end with exit status 0; it ended with exit status 3',
    output: 'the queue is down, token=[redacted]',
  });
  // As after a lost connection: the journal knows.
  expect(await run('true', 2)).toHaveProperty('output', 'the queue is down, token=[redacted]');
});
