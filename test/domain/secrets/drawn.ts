import fc from 'fast-check';
import { names, type Shape } from './shapes.js';

const fixed: Record<NonNullable<Shape['of']> | 'any', string> = {
  any: 'zq7#x/Y+k9,w;e=Rt!',
  word: 'zq7Planted0Secret9x',
  base64: 'c2VjcmV0OnBsYW50ZWQ3Cg',
  url: 'zq7%40Pl4nted~x',
  hex: '9f86d081884c7d659a2feaa0c55ad015',
  upper: 'ZQ7PLANTED0SECRET',
  phrase: 'zq7 two, words; {x}=1',
};

export function fixedSecret({ of }: Shape): string {
  return fixed[of ?? 'any'];
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const letters = `${upper}${upper.toLowerCase()}`;

export function secretOf({ of }: Shape): fc.Arbitrary<string> {
  const drawn = (characters: string) =>
    fc
      .string({ unit: fc.constantFrom(...Array.from(characters)), minLength: 16, maxLength: 40 })
      .map((text) => `Zq7${text}`);
  switch (of) {
    case 'word':
      return drawn(`${letters}0123456789`);
    case 'base64':
      return drawn(`${letters}0123456789+/`);
    case 'url':
      return drawn(`${letters}0123456789%.~_-!$*+:@/`);
    case 'hex':
      return drawn('0123456789abcdef').map((text) => text.slice(3).padEnd(20, '7'));
    case 'upper':
      return drawn(`${upper}0123456789`).map((text) => text.toUpperCase());
    case 'phrase':
      return drawn(`${letters}0123456789 .,;:=&|(){}[]?#*!/@%+-`).map((text) => text.trim());
    case undefined:
      return drawn(`${letters}0123456789.,;:=&|(){}[]?#*!/@%+-`);
  }
}

/** Names, signs and quotes in any order. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...names),
      fc.constantFrom(...Array.from(' \t"\'`<>=:,;&|(){}[]?#\\@/-$.%')),
      fc.constantFrom(
        '://',
        '=>',
        ' = ',
        '", "',
        '\\"',
        '%3D',
        'Bearer ',
        'is ',
        'value',
        'key',
        'login ',
        'mysql ',
        '-p',
        '-u ',
        '\n',
        '\n  ',
        ': |\n',
      ),
      fc.constantFrom(
        '-----BEGIN PRIVATE KEY-----',
        '-----END PRIVATE KEY-----',
        'AKIAABCDEFGHIJKLMNOP',
        'null',
        'abc123',
        'é',
        '\x1b[31m',
        '…',
      ),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''));

/** The secret itself, or a piece of it that nobody would say by chance. */
export function leaksOf(secret: string, shown: string): string[] {
  return [secret, ...secret.split(/[ ,;{}=@/]+/).filter((piece) => piece.length >= 5)].filter((piece) =>
    shown.includes(piece),
  );
}
