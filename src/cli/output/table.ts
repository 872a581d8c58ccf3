import { padded, width } from './region.js';

/** Rows in columns, under their names, two blanks apart; colours take no room. */
export function table(names: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [names, ...rows];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => width(line[column] ?? ''))));
  return lines.map((line) =>
    line
      .map((text, column) => padded(text, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
