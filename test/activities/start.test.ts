import { expect, test } from 'vitest';
import { start } from '../../src/activities/start.js';
import { LocalHost } from './local-host.js';

test('manager: pm2 is an error that says what to write', async () => {
  const host = await LocalHost.make({});
  const input = await host.deployment({}, { app: { manager: 'pm2' } });
  await expect(host.run(start, input)).rejects.toThrow(
    '`manager: pm2` comes later: write `manager: systemd`, or leave it out',
  );
  await host.destroy();
});
