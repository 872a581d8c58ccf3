import { afterEach, describe, expect, it } from 'vitest';
import { soak } from '../../../src/activities/steps/soak.js';
import { ServingHost } from '../serving-host.js';

let host: ServingHost;
afterEach(() => host.close());

describe('soak', () => {
  it('watches for as long as it was told and says how far it is', async () => {
    host = await new ServingHost((_, response) => response.end()).open();
    const { evidence } = await host.step(soak, { app: { soakSeconds: 2 } });
    expect(evidence[0]).toMatch(/^2 s: \d+ looks, no restart, GET \/ in \d+ ms at most$/);
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

  it('fails within two seconds of the answer that fails', async () => {
    let failedAt = 0;
    const began = Date.now();
    host = await new ServingHost((_, response) => {
      const fails = Date.now() - began > 500;
      if (fails) failedAt ||= Date.now();
      response.writeHead(fails ? 500 : 200).end();
    }).open();
    await expect(host.step(soak, { app: { soakSeconds: 3600 } })).rejects.toThrow('answered 500');
    expect(Date.now() - failedAt).toBeLessThan(2_000);
  });

  it('asks every page of verify.internal for what it expects', async () => {
    let asked = 0;
    host = await new ServingHost((request, response) => {
      response.end(
        request.url === '/health' && (asked += 1) > 2 ? '{"status":"degraded"}' : '{"status":"ok"}',
      );
    }).open();
    const verify = { internal: ['/', { at: '/health', json: { status: 'ok' } }], external: [] };
    await expect(host.step(soak, { app: { soakSeconds: 3600, verify } })).rejects.toThrow(
      'expected the field status to be "ok", came “"degraded"”',
    );
  });

  it('fails where something else listens as well, though every page is good', async () => {
    host = await new ServingHost((_, response) => response.end()).open();
    const before = host.run.bind(host);
    const foreign = 'process 777 5000 7\ncgroup 777 /system.slice/other.service\n';
    Object.assign(host, {
      run: async (name: string, args: readonly string[]) => {
        const done = await before(name, args);
        return name === 'prove-process' ? { ...done, stdout: done.stdout + foreign } : done;
      },
    });
    await expect(host.step(soak, { app: { soakSeconds: 3600 } })).rejects.toThrow('is of other.service');
  });

  it('fails at once when the unit has ended', async () => {
    host = await new ServingHost((_, response) => response.end()).open();
    const ended = setTimeout(() => {
      host.unit.ActiveState = 'failed';
      host.listening = false;
    }, 200);
    await expect(host.step(soak, { app: { soakSeconds: 3600 } })).rejects.toThrow(
      'expected belay-words.service to be active, it is failed',
    );
    clearTimeout(ended);
  });

  it.each([
    [
      'a process was killed for lack of memory',
      'memory 90000000 0\noom 0\n',
      'memory 90000000 0\noom 1\n',
      'the kernel killed a process',
    ],
    [
      'it leaks towards its limit',
      'memory 90000000 512000000\nmachine 9000000 9999999\n',
      'memory 500000000 512000000\nmachine 9000000 9999999\n',
      'nears its limit of memory, 512 MB: it grew from 90 MB to 500 MB',
    ],
    ['what was quiesced came back', '', 'back 0\n', 'cron line 3 of root was stopped and is back'],
    [
      'visitors get errors',
      'log 0 1:1 5 0 0 0\n',
      'error 0 500 GET /tools\nlog 0 1:9 5 4 0 0\n',
      'visitors get errors: 4 of ',
    ],
  ])('fails at once when %s', async (_, first, then, expected) => {
    host = await new ServingHost((_request, response) => response.end()).open();
    host.around = first;
    const later = setTimeout(() => (host.around = then), 200);
    const front = { gates: [], urls: [], accessLogs: [{ file: '/var/log/nginx/words.log', shared: false }] };
    await expect(host.step(soak, { app: { soakSeconds: 3600 }, plan: { front } })).rejects.toThrow(expected);
    clearTimeout(later);
  });

  it('fails where the release logs what verify.log names', async () => {
    host = await new ServingHost((_, response) => response.end()).open();
    host.log = 'lost the database\n';
    const verify = { internal: ['/'], external: [], log: ['lost the \\w+'] };
    await expect(host.step(soak, { app: { soakSeconds: 3600, verify } })).rejects.toThrow(
      'lost the database',
    );
  });
});
