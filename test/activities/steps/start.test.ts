import { expect, test } from 'vitest';
import { start } from '../../../src/activities/steps/start.js';
import { LocalHost } from '../local-host.js';

test('a plan that names no pm2 daemon is an error that says what to do', async () => {
  const host = await LocalHost.make({});
  const input = await host.deployment({}, { app: { manager: 'pm2' } });
  await expect(host.run(start, input)).rejects.toThrow(
    'expected the plan to say which pm2 daemon keeps the app, it does not; make a new plan',
  );
  await host.destroy();
});
