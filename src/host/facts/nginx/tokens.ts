/** A piece of nginx's configuration language; `line` is 1-based. */
export type Token =
  /** `from` and `to`: where it stands in the file's text, with quotes and backslashes. */
  | { kind: 'word'; text: string; line: number; from: number; to: number }
  | { kind: '{' | '}' | ';'; line: number };

/** Of a file, the whole or a part, and the line at which it begins. */
export interface Piece {
  text: string;
  line: number;
}

/** The blocks of values, whose lines are no directives. One may have 50,000 of them. */
export const valueBlocks = ['map', 'geo', 'split_clients'];

/**
 * Cuts one file of nginx's configuration as nginx's own reader does (ngx_conf_read_token): words end at white space,
 * `;` and `{`; quotes and comments count only where a word begins; `${` opens no block.
 */
export class Tokens {
  #at = 0;
  #line: number;
  private readonly text: string;

  constructor({ text, line }: Piece) {
    this.text = text;
    this.#line = line;
  }

  /** The next token; null at the end. */
  next(): Token | null {
    this.#skipBlanks();
    const char = this.text[this.#at];
    const line = this.#line;
    if (char === undefined) return null;
    if (char === ';' || char === '{' || char === '}') {
      this.#at += 1;
      return { kind: char, line };
    }
    const from = this.#at;
    const isQuoted = this.#skipWord();
    const to = this.#at;
    const raw = isQuoted ? this.text.slice(from + 1, to).replace(/["']$/, '') : this.text.slice(from, to);
    return { kind: 'word', text: raw.includes('\\') ? unescaped(raw) : raw, line, from, to };
  }

  /** After the `{` of a Lua block: to the end of its `}`, and what stands in it. Lua's own strings and comments may hold braces. */
  skipLua(): string {
    const from = this.#at;
    const piece =
      /--\[\[[\s\S]*?\]\]|--[^\n]*|\[\[[\s\S]*?\]\]|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|[{}]/g;
    piece.lastIndex = this.#at;
    let depth = 1;
    while (depth > 0) {
      const found = piece.exec(this.text);
      if (found === null) {
        this.#advance(this.text.length);
        return this.text.slice(from);
      }
      if (found[0] === '{') depth += 1;
      if (found[0] === '}') depth -= 1;
    }
    this.#advance(piece.lastIndex);
    return this.text.slice(from, this.#at);
  }

  /** After the `{` of a block: to the end of its `}`, and what stands in it, not taken apart. */
  skipBlock(): Piece {
    const [from, line] = [this.#at, this.#line];
    for (let depth = 1; ;) {
      this.#skipBlanks();
      const to = this.#at;
      const char = this.text[to];
      if (char === undefined) return { text: this.text.slice(from), line };
      if (char === ';' || char === '{' || char === '}') this.#at += 1;
      else this.#skipWord();
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      if (depth === 0) return { text: this.text.slice(from, to), line };
    }
  }

  #advance(to: number): void {
    for (; this.#at < to; this.#at += 1) if (this.text.charCodeAt(this.#at) === newline) this.#line += 1;
  }

  #skipBlanks(): void {
    const { text } = this;
    for (; this.#at < text.length; this.#at += 1) {
      const code = text.charCodeAt(this.#at);
      if (code === newline) this.#line += 1;
      else if (code === hash) {
        const end = text.indexOf('\n', this.#at);
        this.#at = (end < 0 ? text.length : end) - 1;
      } else if (!isBlank(code)) return;
    }
  }

  /** Up to its end, with its quotes. @returns whether it has some */
  #skipWord(): boolean {
    const { text } = this;
    const first = text.charCodeAt(this.#at);
    const quote = first === doubleQuote || first === singleQuote ? first : undefined;
    if (quote !== undefined) this.#at += 1;
    for (; this.#at < text.length; this.#at += 1) {
      const code = text.charCodeAt(this.#at);
      if (code === newline && quote !== undefined) this.#line += 1;
      if (code === backslash) {
        this.#at += 1;
        if (text.charCodeAt(this.#at) === newline) this.#line += 1;
      } else if (quote !== undefined) {
        if (code !== quote) continue;
        this.#at += 1;
        return true;
      } else if (code === semicolon || isBlank(code)) return false;
      else if (code === brace && text.charCodeAt(this.#at - 1) !== dollar) return false;
    }
    this.#at = text.length;
    return quote !== undefined;
  }
}

const [newline, hash, doubleQuote, singleQuote, backslash, semicolon, brace, dollar] = [
  10, 35, 34, 39, 92, 59, 123, 36,
];

function isBlank(code: number): boolean {
  return code <= 32 ? code === 32 || (code >= 9 && code <= 13) : false;
}

/** nginx takes the backslash away before quotes, blanks and itself. */
function unescaped(raw: string): string {
  const plain: Record<string, string> = { t: '\t', r: '\r', n: '\n', '"': '"', "'": "'", '\\': '\\' };
  return raw.replace(/\\([\s\S])/g, (whole, next: string) => plain[next] ?? whole);
}
