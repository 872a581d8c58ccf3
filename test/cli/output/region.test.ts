import { describe, expect, it } from 'vitest';
import { cut, Region, width } from '../../../src/cli/output/region.js';

/** As much of a terminal as the region uses: text that wraps, carriage return, cursor up, erase to the end. */
class Screen {
  readonly lines: string[] = [''];
  private row = 0;
  private column = 0;
  constructor(
    public columns: number,
    public rows = 24,
  ) {}

  write = (text: string): void => {
    for (const [part] of text.matchAll(/\p{Cc}\[\d*[A-Z]|[\s\S]/gu)) {
      if (part === '\n') this.to(this.row + 1, 0);
      else if (part === '\r') this.column = 0;
      else if (part.endsWith('A') && part.length > 1) this.row -= Number(part.slice(2, -1));
      else if (part === '\u001b[J') this.erase();
      else this.put(part);
    }
  };

  /** Makes it narrower, as a terminal does that wraps its lines anew. */
  resize(columns: number): void {
    const text = this.lines.flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? ['']);
    this.lines.splice(0, this.lines.length, ...text);
    this.columns = columns;
    this.row = this.lines.length - 1;
    this.column = (this.lines[this.row] ?? '').length;
  }

  private put(character: string): void {
    if (this.column === this.columns) this.to(this.row + 1, 0);
    const line = (this.lines[this.row] ?? '').padEnd(this.column);
    this.lines[this.row] = line.slice(0, this.column) + character + line.slice(this.column + 1);
    this.column += 1;
  }

  private to(row: number, column: number): void {
    this.row = row;
    this.column = column;
    while (this.lines.length <= row) this.lines.push('');
  }

  private erase(): void {
    this.lines.length = this.row + 1;
    this.lines[this.row] = (this.lines[this.row] ?? '').slice(0, this.column);
  }
}

const on = (screen: Screen) =>
  new Region({ stderr: screen.write, raw: { stdout: screen.write, stderr: screen.write } }, () => ({
    columns: screen.columns,
    rows: screen.rows,
  }));

describe('region', () => {
  it('draws over what it drew, and prints above it', () => {
    const screen = new Screen(40);
    const region = on(screen);
    region.draw(['upload 1 %', 'Ctrl-C leaves']);
    region.draw(['upload 2 %', 'Ctrl-C leaves']);
    region.print(['inspect done']);
    expect(screen.lines).toEqual(['inspect done', 'upload 2 %', 'Ctrl-C leaves']);
    region.draw(['verify']);
    expect(screen.lines).toEqual(['inspect done', 'verify']);
    region.clear();
    expect(screen.lines).toEqual(['inspect done', '']);
  });

  it('cuts what it draws to the width, and lets what it prints wrap', () => {
    const screen = new Screen(10);
    const region = on(screen);
    region.draw(['0123456789abc']);
    region.print(['0123456789abc']);
    expect(screen.lines).toEqual(['0123456789', 'abc', '01234567…']);
  });

  it('leaves nothing behind where the terminal was made narrower', () => {
    const screen = new Screen(40);
    const region = on(screen);
    region.print(['kept']);
    region.draw(['a'.repeat(35), 'b'.repeat(35)]);
    screen.resize(10);
    region.draw(['short']);
    expect(screen.lines).toEqual(['kept', 'short']);
  });

  it('shows the last lines where the terminal is too low', () => {
    const screen = new Screen(20, 3);
    on(screen).draw(['1', '2', '3', '4']);
    expect(screen.lines).toEqual(['3', '4']);
  });
});

describe('width and cut', () => {
  it('counts columns, not code units, and no colours', () => {
    expect(width('\u001b[31mré\u001b[39m')).toBe(2);
    expect(width('日本')).toBe(4);
    expect(width('e\u0301')).toBe(1);
  });

  it('closes the colours that it cuts', () => {
    expect(cut('\u001b[31mabcdef\u001b[39m', 4)).toBe('\u001b[31mabc\u001b[39m…');
    expect(cut('日本語', 4)).toBe('日…');
  });
});
