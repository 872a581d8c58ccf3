import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { redact } from '../../../src/domain/secrets/text.js';
import { fixedSecret, leaksOf, secretOf } from './drawn.js';
import { honest, products, shapes } from './shapes.js';

test.each(shapes)('$name is hidden', (shape) => {
  const { text } = shape;
  const secret = fixedSecret(shape);
  expect(text(secret)).toContain(secret);
  expect(leaksOf(secret, redact(text(secret))), redact(text(secret))).toEqual([]);
});

it('hides every assignment to every name', () => {
  const left = products.filter(
    (shape) => leaksOf(fixedSecret(shape), redact(shape.text(fixedSecret(shape)))).length > 0,
  );
  expect(left.map(({ name }) => name)).toEqual([]);
});

it('hides them whatever the secret is', () => {
  const drawn = fc
    .constantFrom(...shapes, ...products)
    .chain((shape) => secretOf(shape).map((secret) => ({ shape, secret })));
  fc.assert(
    fc.property(drawn, ({ shape, secret }) => leaksOf(secret, redact(shape.text(secret))).length === 0),
    { numRuns: 4000 },
  );
});

test.each(honest)('%s is left as it is', (text) => {
  expect(redact(text)).toBe(text);
});

it('takes the same time for each part of a long line', () => {
  const parts = [
    'token',
    'token=',
    'token=null,',
    'password ',
    'a',
    '"secret":"',
    'x://u:p@',
    'x://',
    "key '",
    'eyJ',
    'glpat',
    '$argon2',
    '\\"token\\":',
    'Bearer ',
    '-----BEGIN ',
    ' ',
    '<token>',
    'pwd=/',
  ];
  // Of the processor's time, for other programs want theirs.
  const taken = (text: string) => {
    const runs = [1, 2].map(() => {
      const before = process.cpuUsage();
      redact(text);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    });
    return Math.max(3000, Math.min(...runs));
  };
  for (const part of parts) {
    taken(part.repeat(2000));
    // Eight times as long: were it quadratic, it would take 64 times as long.
    expect(taken(part.repeat(8000)) / taken(part.repeat(1000)), part).toBeLessThan(32);
  }
});
