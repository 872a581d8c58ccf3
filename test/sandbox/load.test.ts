import { expect, test } from 'vitest';
import { summary, type Answer } from '../../src/sandbox/load.js';

const at = (asked: number, status: number | null, version?: string): Answer => ({
  asked,
  tookMs: 1,
  status,
  version,
});

test('an outage lasts from the first page that failed to the next that did not', () => {
  const answers = [
    at(0, 200, '1'),
    at(20, 502),
    at(60, null),
    at(120, 200, '2'),
    at(140, 500, '2'),
    at(200, 200, '1'),
  ];
  // Answers come in the order in which they arrive.
  const { failures, outageSeconds, versions } = summary([...answers].reverse());
  expect(failures.map(({ asked }) => asked)).toEqual([20, 60, 140]);
  expect(outageSeconds).toBe(0.16);
  expect(versions).toEqual(['1', '2', '1']);
});

test('an outage that does not end is counted to the last page', () => {
  expect(summary([at(0, 200), at(20, 502), at(1020, 502)]).outageSeconds).toBe(1);
  expect(summary([]).outageSeconds).toBe(0);
});
