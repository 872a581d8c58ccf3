import type { Notice } from '../domain/app/channels.js';

/** A notice as plain text, without its title. */
export function plainText({ lines, command, deployment }: Notice): string {
  return [...lines, ...(command === undefined ? [] : ['', `next: ${command}`]), '', deployment].join('\n');
}

/** A notice as Markdown that knows paragraphs, bold and code, as DingTalk's does. */
export function markdown({ title, lines, command }: Notice): string {
  const next = command === undefined ? [] : [`\`${command.replaceAll('`', "'")}\``];
  return [`### ${literal(title)}`, ...lines.map(literal), ...next].join('\n\n');
}

/** Text from a server or a person, with nothing in it that Markdown would take for its own. */
function literal(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`);
}
