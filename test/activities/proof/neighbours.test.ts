import { expect, it } from 'vitest';
import { judgeAtGate } from '../../../src/activities/proof/gate-judgement.js';
import { toldByStop } from '../../../src/activities/proof/neighbours.js';
import type { Baseline } from '../../../src/domain/app/baseline.js';
import type { GatePage } from '../../../src/domain/nginx/gates/gates.js';
import { app } from '../../workflows/fakes.js';

const gate = { name: 'words.example.test', address: '127.0.0.1', port: 80, tls: false };
const ask: GatePage = {
  url: 'http://words.example.test/',
  gate,
  page: '/',
  trial: 'http://words.example.test/',
};
const told = (then: number | null, now: number | null, over: Partial<GatePage> = {}) =>
  toldByStop({ ...ask, ...over }, { ask: 0, status: then }, now);

it('takes answers that stop with the app and come back for the app’s', () => {
  expect(told(502, 404).words).toContain('stopped with the app');
  expect(told(null, 200).words).toContain('stopped with the app');
  expect(told(503, 404).isNeighbours).toBeUndefined();
});

it('takes answers that go on while the app is stopped for another’s', () => {
  expect(told(404, 404).isNeighbours).toBe(true);
  expect(told(200, 200).isNeighbours).toBe(true);
  expect(told(302, 302).isNeighbours).toBe(true);
});

it('says what it cannot tell, and takes that for no fault', () => {
  for (const one of [
    told(403, 403),
    told(401, 401),
    told(502, 502),
    told(200, 200, { standsIn: {} }),
    told(200, 200, { trial: 'http://words.example.test/exact' }),
    toldByStop(ask, undefined, undefined),
    toldByStop({ url: ask.url, gate }, undefined, undefined),
  ]) {
    expect(one.isNeighbours).toBeUndefined();
    expect(one.words).toMatch(/neighbour|proves nothing/);
  }
});

const judged = (
  status: number | null,
  before: (Partial<Baseline> & { status: number | null }) | undefined,
  direct = 200,
) =>
  judgeAtGate(
    ask,
    { status, durationMs: 1, bodyStart: '', ...(status === null ? { error: 'socket hang up' } : {}) },
    {
      app,
      baseline: [
        { url: '/', status: direct },
        ...(before === undefined ? [] : [{ url: ask.url, gate, ...before }]),
      ],
    },
  ).good;

it('holds what nginx answers for a page that the app itself answers well', () => {
  expect(judged(200, undefined)).toBe(true);
  for (const status of [400, 404, 413, 500, 502, 503, 504])
    expect(judged(status, undefined), String(status)).toBe(false);
});

it('excuses what nginx refused the host before, the app being well', () => {
  for (const status of [400, 404, 429, 503]) expect(judged(status, { status }), String(status)).toBe(true);
  expect(judged(null, { status: null, error: 'socket hang up' })).toBe(true);
  // Not what a gateway says, nor what may have been the app's own fault.
  expect(judged(502, { status: 502 })).toBe(false);
  expect(judged(503, { status: 503 }, 500)).toBe(false);
  expect(judged(503, { status: 429 })).toBe(false);
});
