import { expect, it } from 'vitest';
import { linesMatching, matchWithin } from '../../../src/host/proof/match.js';

it('tells a match from none and from one that would never end', () => {
  expect(matchWithin('^w[a-z]+s$', 'words')).toBe('yes');
  expect(matchWithin('^w$', 'words')).toBe('no');
  const began = performance.now();
  expect(matchWithin('(x+x+)+y', 'x'.repeat(10_000))).toBe('too long');
  expect(performance.now() - began).toBeLessThan(3_000);
});

it('finds the lines that match any, in bounded time', () => {
  expect(linesMatching(['^E:', 'fatal'], ['E: one', 'two', 'a fatal three'])).toEqual([
    'E: one',
    'a fatal three',
  ]);
  expect(linesMatching(['(x+x+)+y'], ['x'.repeat(10_000)])).toBeUndefined();
});
