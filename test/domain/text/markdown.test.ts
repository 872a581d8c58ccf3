import { expect, it } from 'vitest';
import { literal } from '../../../src/domain/text/markdown.js';
import { visible } from '../../../src/domain/text/plain.js';

/** Names of units, processes, files and nginx's paths that somebody chose who means ill. */
const hostile: [text: string, shown: string][] = [
  ['a.service\n## Approved by all', 'a.service \\#\\# Approved by all'],
  ['# heading', '\\# heading'],
  ['1. first', '1\\. first'],
  ['- item', '\\- item'],
  ['[here](javascript:x)', '\\[here\\](javascript:x)'],
  ['![x](y)', '!\\[x\\](y)'],
  ['see https://evil.test/a', 'see `https://evil.test/a`'],
  ['www.evil.test', '`www.evil.test`'],
  ['<img src=x>', '\\<img src=x\\>'],
  ['a | b', 'a \\| b'],
  ['`` `a@b` ``', '\\`\\` `` `a@b` `` \\`\\`'],
  ['\u001b]0;title\u0007x', '\\\\u001b\\]0;title\\\\u0007x'],
  ['x\u202Egpj.sh', 'x\\\\u202egpj.sh'],
];

it.each(hostile)('%j forms nothing of Markdown', (text, shown) => {
  expect(literal(text)).toBe(shown);
});

it('shows what acts on a terminal, and leaves lines, tabs and letters of every language', () => {
  expect(visible('a\tb\r\nc é 漢 ⚠️')).toBe('a\tb\nc é 漢 ⚠️');
  expect(visible('\u001b[2J\u009b31m\u007f\r\u200b\u2066\u2028\ufeff\u{e0041}')).toBe(
    '\\u001b[2J\\u009b31m\\u007f\\u000d\\u200b\\u2066\\u2028\\ufeff\\udb40\\udc41',
  );
  const value = { text: 'a\u009b\u202e\u{e0041}\u007f' };
  expect(JSON.parse(visible(JSON.stringify(value)))).toEqual(value);
});
