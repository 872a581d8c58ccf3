import { visibleLine } from './plain.js';

/**
 * Text from a server or a person in Markdown: on one line, and unable to be a heading, a list, a link, an image, HTML, a
 * formula, or the end of a table's cell. An address, which Markdown would make a link of, stands as code.
 */
export function literal(text: string): string {
  return visibleLine(text)
    .split(/([ （）：，；])/)
    .map((word) =>
      /:\/\/|^\W*www\.|@/i.test(word)
        ? code(word).replaceAll('|', '\\|')
        : word.replace(/[\\`*_[\]<>|#~&$]/g, '\\$&'),
    )
    .join('')
    .replace(/^([-+=])(?=\s|$|[-=]+$)/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** The same as code, where it is in no table: there a bar ends the cell, in code too. */
export function code(text: string): string {
  const line = visibleLine(text);
  const runs = [...line.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(0, ...runs) + 1);
  const room = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return line === '' ? '' : `${fence}${room}${line}${room}${fence}`;
}
