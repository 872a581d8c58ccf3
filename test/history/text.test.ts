import { expect, it } from 'vitest';
import { duration } from '../../src/history/text.js';

it.each([
  [0.04, '0.0 s'],
  [9.97, '10 s'],
  [59.6, '1 min'],
  [125, '2 min 5 s'],
  [3599.7, '1 h'],
  [12_000, '3 h 20 min'],
])('says %d seconds as %s', (seconds, said) => {
  expect(duration(seconds)).toBe(said);
});
