import { CommandLine } from './command-line.js';
import { shellWords } from './shell-words.js';
import { isAddress, isFile, unshown } from './values.js';

/**
 * A program's arguments as they may be kept in history: the program, files, addresses, and options and words that are known
 * to be no secret; `…` for the rest.
 */
export function shownArguments(command: readonly string[]): string[] {
  // A process that rewrote its title has one argument, which holds all of them.
  const [title] = command;
  if (command.length === 1 && title !== undefined && /\s/.test(title)) return [shownCommand(title)];
  const line = new CommandLine(shownCommand);
  return command.map((argument) => line.next(argument));
}

/**
 * The same for a text as a shell takes it, which stays as it was written.
 * @param quoted whether it has its quotes still: systemd prints commands without
 */
export function shownCommand(text: string, quoted = true): string {
  const line = new CommandLine(shownCommand, quoted);
  return shellWords(text)
    .map(({ kind, raw, value }) => {
      if (kind === 'blank') return raw;
      if (kind === 'comment') return shownComment(raw);
      if (kind === 'operator') {
        line.operator(raw);
        return raw;
      }
      const shown = line.next(value);
      if (shown === value) return raw;
      const quote = /^(["'])[^]*\1$/.exec(raw)?.[1] ?? '';
      return `${quote}${shown}${quote}`;
    })
    .join('');
}

/** What a comment names may be why the line is looked at. */
function shownComment(text: string): string {
  return text.replace(/[^#\s]\S*/g, (word) => (isFile(word) || isAddress(word) ? word : unshown));
}
