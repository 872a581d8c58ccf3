import { afterEach, describe, expect, it } from 'vitest';
import { soak } from '../../src/activities/soak.js';
import { ServingHost } from './serving-host.js';

let host: ServingHost;
afterEach(() => host.close());

describe('soak', () => {
  it('watches for as long as it was told and says how far it is', async () => {
    host = await new ServingHost((_, response) => response.end()).open();
    const { evidence } = await host.step(soak, { app: { soakSeconds: 2 } });
    expect(evidence[0]).toMatch(/^2 s: \d looks, no restart, GET \/ in \d+ ms at most$/);
    expect(host.heartbeats).toContain('soak 1 of 2 s');
  });

  it('bears a hiccup', async () => {
    let asked = 0;
    host = await new ServingHost((_, response) =>
      response.writeHead((asked += 1) === 2 ? 500 : 200).end(),
    ).open();
    const { evidence } = await host.step(soak, { app: { soakSeconds: 3 } });
    expect(evidence[0]).toContain('no restart');
  });

  it('fails at the third failure in a row', async () => {
    host = await new ServingHost((_, response) => response.writeHead(500).end('out of memory')).open();
    const soaking = host.step(soak, { app: { soakSeconds: 3600 } });
    await expect(soaking).rejects.toMatchObject({
      type: 'VerificationFailed',
      message: expect.stringMatching(
        /soak on web1, after \d of 3600 s: GET \/ was expected to answer below 400; it answered 500, saying “out of memory”/,
      ) as string,
    });
  });

  it('fails at once when the unit was restarted', async () => {
    host = await new ServingHost((_, response) => response.end()).open();
    host.unit.NRestarts = '1';
    await expect(host.step(soak, { app: { soakSeconds: 3600 } })).rejects.toThrow(
      'systemd had to restart it once',
    );
  });
});
