import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { verifyOld } from '../../../src/activities/steps/verifyOld.js';
import type { Baseline } from '../../../src/domain/app/baseline.js';
import { ServingHost } from '../serving-host.js';

let host: ServingHost;
afterEach(() => {
  host.close();
  vi.useRealTimers();
});

/** What is said of a page that answered `before`, and now answers what `listener` says. */
async function verifies(before: Omit<Baseline, 'url'>, listener: RequestListener): Promise<string[]> {
  host = await new ServingHost(listener).open();
  const { evidence } = await host.step(verifyOld, {
    plan: { baseline: [{ url: `${host.origin}/page`, ...before }] },
  });
  return evidence;
}

const status =
  (number: number): RequestListener =>
  (_, response) =>
    response.writeHead(number).end();

describe('the old version', () => {
  it('has to answer as before, once it started', async () => {
    let asked = 0;
    const evidence = await verifies({ status: 200 }, (request, response) => {
      response.writeHead(request.url === '/page' && (asked += 1) < 3 ? 502 : 200).end();
    });
    expect(evidence).toEqual([
      '127.0.0.1:9999 GET / → 200: the old version listens again',
      `GET ${host.origin}/page → 200, before: 200`,
    ]);
  });

  it.each([
    [{ status: 500 }, 500],
    [{ status: null, error: 'the certificate has expired' }, 502],
    [{ status: 404 }, 404],
    [{ status: 404 }, 200],
    [{ status: 500 }, 200],
  ])('that answered %j may answer %d', async (before, now) => {
    expect((await verifies(before, status(now)))[1]).toContain(
      `→ ${now}, before: ${before.status ?? 'no answer'}`,
    );
  });

  it('that nothing served before needs no proof', async () => {
    host = await new ServingHost(status(500)).open();
    const { evidence } = await host.step(verifyOld, { plan: { stops: [] } });
    expect(evidence).toEqual(['nothing served before']);
  });

  it('is asked inside for what was asked inside', async () => {
    const asked: (string | undefined)[] = [];
    host = await new ServingHost((request, response) => {
      asked.push(request.url);
      response.end();
    }).open();
    const { evidence } = await host.step(verifyOld, { plan: { baseline: [{ url: '/tools', status: 200 }] } });
    expect(evidence[1]).toBe('GET /tools → 200, before: 200');
    expect(asked).toEqual(['/', '/tools', '/tools', '/tools']);
  });

  it('that answers 500 where it answered 200 is told, after its time to start', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const slowly: RequestListener = (request, response) => {
      vi.advanceTimersByTime(request.url === '/page' ? 5000 : 0);
      response.writeHead(500).end();
    };
    await expect(verifies({ status: 200 }, slowly)).rejects.toMatchObject({
      type: 'VerificationFailed',
      message: expect.stringContaining(
        '/page answered 200 before the deployment; now it answered 500',
      ) as string,
    });
  });
});
