import { describe, expect, test } from 'vitest';
import { findArrivals } from '../../../src/domain/plan/arrivals.js';
import type { Facts } from '../../../src/domain/facts/facts.js';
import type { Plan } from '../../../src/domain/plan/plan.js';
import { makeApp } from '../make-app.js';
import { makeFacts, makeListener, makeProcess } from '../make-facts.js';
import { makePlan } from '../make-plan.js';

const release = '20261124T101500Z-1f0c9a2b';
const app = makeApp({ run: 'gunicorn -b {bind} app:app' });
const since = 5000;

/** `[label, role, whether it stays gone]` of each. */
function arrivals(facts: Partial<Facts>, plan: Partial<Plan> = {}): unknown[][] {
  const { stops } = findArrivals(makeFacts(facts), { app, plan: makePlan(plan), release }, since);
  return stops.map(({ label, role, passing }) => [label, role, passing]);
}

const old = (pid: number): Plan['stops'][number] => ({
  role: 'app',
  keeper: { kind: 'none', process: { pid, startTicks: pid * 100, bootId: 'boot' } },
  label: 'the old one',
  why: '',
  active: true,
});
const serving = makeProcess(10, 'gunicorn -b 127.0.0.1:9999 app:app');

describe('what came since the plan', () => {
  test('what the plan names is not told again', () => {
    const facts = { processes: [serving], listeners: [makeListener(9999, [10])] };
    expect(arrivals(facts, { stops: [old(10)] })).toEqual([]);
  });

  test('a second server of the app’s files is as a plan would have it', () => {
    const facts = {
      processes: [serving, makeProcess(60, 'gunicorn -b 127.0.0.1:3000 app:app')],
      listeners: [makeListener(9999, [10]), makeListener(3000, [60])],
    };
    expect(arrivals(facts, { stops: [old(10)] })).toEqual([
      ['process gunicorn (pid 60) of www-data', 'conflict', false],
    ]);
  });

  test('what took the place of the process that served is stopped, and the way back starts that one', () => {
    const facts = {
      processes: [makeProcess(60, 'gunicorn -b 127.0.0.1:9999 app:app')],
      listeners: [makeListener(9999, [60])],
    };
    expect(arrivals(facts, { stops: [old(10)] })).toEqual([
      ['process gunicorn (pid 60) of www-data', 'app', true],
    ]);
  });

  test('a server that waits for the address is stopped; a job, and one that the plan left alone, go on', () => {
    const facts = {
      processes: [
        serving,
        makeProcess(20, 'gunicorn -b 127.0.0.1:9999 app:app'),
        makeProcess(60, 'gunicorn -b 127.0.0.1:9999 app:app'),
        makeProcess(61, 'python3 manage.py cleanup'),
        makeProcess(62, 'celery -A app worker'),
        makeProcess(63, 'gunicorn -b 127.0.0.1:8081 app:app', { cwd: '/srv/blog' }),
      ],
      listeners: [makeListener(9999, [10])],
    };
    expect(arrivals(facts, { stops: [old(10)] })).toEqual([
      ['process gunicorn (pid 60) of www-data', 'conflict', true],
    ]);
  });

  test('the release that serves in a detour has come, and is no arrival', () => {
    const tree = `/srv/words.belay/releases/${release}/tree`;
    const facts = {
      processes: [serving, makeProcess(60, 'gunicorn -b 127.0.0.1:40000 app:app', { cwd: tree })],
      listeners: [makeListener(9999, [10]), makeListener(40000, [60])],
    };
    expect(arrivals(facts, { stops: [old(10)] })).toEqual([]);
  });

  test('a stranger at the address is what would have blocked the plan', () => {
    const facts = {
      processes: [makeProcess(60, 'python3 /opt/other.py', { cwd: '/opt' })],
      listeners: [makeListener(9999, [60])],
    };
    const found = findArrivals(makeFacts(facts), { app, plan: makePlan(), release }, since);
    expect(found.stops).toEqual([]);
    expect(found.findings.map(({ id }) => id)).toEqual(['port.foreign']);
  });
});
