import { describe, expect, test } from 'vitest';
import { expiring } from '../../../src/activities/health/pages.js';

describe('a certificate', () => {
  const day = 24 * 60 * 60 * 1000;
  const now = Date.parse('2026-11-24T10:00:00Z');
  const ending = (inMs: number) => {
    const validTo = new Date(now + inMs).toISOString();
    return expiring('words.example.test', { subject: '', validTo, names: [] }, now).map(({ text }) => text);
  };

  test('is told of from 14 days before its end', () => {
    expect(ending(14 * day)).toEqual([]);
    expect(ending(14 * day - 1)).toEqual([
      'the certificate of words.example.test ends on 2026-12-08, in 13 days',
    ]);
  });
});
