import { stripVTControlCharacters } from 'node:util';
import type { Io } from '../terminal/io.js';

/** Lines at the end of a terminal that are drawn again and again; what is printed stays above them. */
export class Region {
  private drawn: string[] = [];

  constructor(
    private readonly io: Pick<Io, 'stderr' | 'raw'>,
    private readonly size: () => { columns: number; rows: number },
  ) {}

  /** Draws `lines` instead of those drawn before: cut to the terminal's width, and the last ones where it is too low. */
  draw(lines: readonly string[]): void {
    this.show('', lines);
  }

  /** Prints lines for good, above the drawn ones; the terminal wraps them. */
  print(lines: readonly string[]): void {
    this.show(lines.map((line) => `${line}\n`).join(''), this.drawn);
  }

  /** Takes the drawn lines away. */
  clear(): void {
    this.draw([]);
  }

  private show(text: string, lines: readonly string[]): void {
    const { columns, rows } = this.size();
    const fitting = lines.slice(-Math.max(1, rows - 1)).map((line) => cut(line, columns - 1));
    const erase = this.erasing(columns);
    this.drawn = fitting;
    if (erase !== '') this.io.raw.stderr(erase);
    this.io.stderr(text + fitting.join('\n'));
  }

  /** Back to the first drawn line, and everything after it away. A terminal made narrower since has wrapped them anew. */
  private erasing(columns: number): string {
    if (this.drawn.length === 0) return '';
    const rows = this.drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0);
    const up = rows > 1 ? `\u001b[${rows - 1}A` : '';
    return `\r${up}\u001b[J`;
  }
}

/** Columns that a line takes: wide characters take two, combining ones none. */
export function width(line: string): number {
  let columns = 0;
  for (const character of stripVTControlCharacters(line)) columns += cells(character);
  return columns;
}

/** The text with blanks behind it, so that it takes so many columns. */
export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** The line, cut to `columns` with `…` at the end; colours are closed where they were open. */
export function cut(line: string, columns: number): string {
  if (width(line) <= columns) return line;
  const limit = Math.max(0, columns - 1);
  let kept = '';
  let used = 0;
  for (const part of line.split(/(\p{Cc}\[[0-9;]*m)/u)) {
    if (/^\p{Cc}\[/u.test(part)) {
      kept += part;
      continue;
    }
    for (const character of part) {
      // Colours after the cut are kept all the same: they close those before it.
      if (used + cells(character) > limit) used = Infinity;
      else {
        used += cells(character);
        kept += character;
      }
    }
  }
  return columns > 0 ? `${kept}…` : '';
}

function cells(character: string): number {
  if (/\p{Mark}|\p{Default_Ignorable_Code_Point}/u.test(character)) return 0;
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
    character,
  )
    ? 2
    : 1;
}
