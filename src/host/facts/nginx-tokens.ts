/** A piece of nginx's configuration language; `line` is 1-based. */
export type Token =
  /** `from` and `to`: where it stands in the file's text, with quotes and backslashes. */
  | { kind: 'word'; text: string; line: number; from: number; to: number }
  | { kind: '{' | '}' | ';'; line: number };

const blank = /\s/;
// Of a word, what stands for itself. A map may have 50,000 lines.
const plain = /[^\s;{\\]+/y;

/**
 * Cuts one file of nginx's configuration as nginx's own reader does (ngx_conf_read_token): words end at white space,
 * `;` and `{`; quotes and comments count only where a word begins; `${` opens no block.
 */
export class Tokens {
  #at = 0;
  #line = 1;

  constructor(private readonly text: string) {}

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
    const text = char === '"' || char === "'" ? this.#quoted(char) : this.#word();
    return { kind: 'word', text, line, from, to: this.#at };
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

  #advance(to: number): void {
    for (; this.#at < to; this.#at += 1) if (this.text[this.#at] === '\n') this.#line += 1;
  }

  #skipBlanks(): void {
    for (;;) {
      const char = this.text[this.#at];
      if (char === undefined) return;
      if (char === '#') {
        const end = this.text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.text.length : end;
      } else if (blank.test(char)) {
        this.#advance(this.#at + 1);
      } else return;
    }
  }

  #quoted(quote: string): string {
    let word = '';
    this.#at += 1;
    for (;;) {
      const char = this.text[this.#at];
      if (char === undefined) return word;
      if (char === quote) {
        this.#at += 1;
        return word;
      }
      word += this.#character(char);
    }
  }

  #word(): string {
    let word = '';
    for (;;) {
      plain.lastIndex = this.#at;
      const run = plain.exec(this.text)?.[0] ?? '';
      word += run;
      this.#at += run.length;
      const char = this.text[this.#at];
      if (char === undefined || char === ';' || blank.test(char)) return word;
      if (char === '{' && !word.endsWith('$')) return word;
      word += this.#character(char);
    }
  }

  /** One character, or an escaped one: nginx takes the backslash away before quotes, blanks and itself. */
  #character(char: string): string {
    const next = char === '\\' ? this.text[this.#at + 1] : undefined;
    this.#advance(this.#at + (next === undefined ? 1 : 2));
    if (next === undefined) return char;
    const plain: Record<string, string> = { t: '\t', r: '\r', n: '\n', '"': '"', "'": "'", '\\': '\\' };
    return plain[next] ?? char + next;
  }
}
