import type { Notice } from '../domain/app/channels.js';
import { redact } from '../domain/secrets/text.js';
import { visible, visibleLine } from '../domain/text/plain.js';

/**
 * A notice as it may leave the machine: what it quotes of a server (a log, a page, a file's name) was cleaned where it was read, and
 * is once more here, where others than its reader see it. No secret, nothing that acts on who shows it.
 */
export function clean(notice: Notice): Notice {
  const { title, lines, command } = notice;
  return {
    ...notice,
    title: visibleLine(redact(title)),
    lines: redact(lines.join('\n')).split('\n').map(visible),
    ...(command === undefined ? {} : { command: visible(redact(command)) }),
  };
}
