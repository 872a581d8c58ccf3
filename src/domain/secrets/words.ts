/** What stands for a secret. */
export const redacted = '[redacted]';

const delimiter = /([ \t\r\f\v"'`<>=:,;&|(){}[\]?#\\])/;
const blanks = ' \t\r\f\v';
/** What ends a word that may hold other delimiters. */
export const ends = `${blanks}"'\`<>`;

/** One line, as words (at even places) and the delimiters between them, of which words can be hidden. */
export abstract class Words {
  protected readonly at: string[];

  constructor(line: string) {
    this.at = line.split(delimiter);
  }

  /** Hides a word or what is quoted, behind blanks. @param k the delimiter before */
  protected hideNext(k: number): number {
    let v = this.pastBlanks(k);
    let escaped = false;
    while (this.word(v) === '' && this.isOneOf(v + 1, '\\')) {
      v += 2;
      escaped = true;
    }
    if (this.word(v) !== '' || !this.isQuote(v + 1)) return this.hide(v, this.endOfWord(v, ''));
    const quote = this.word(v + 1);
    let end = v + 3;
    for (; end < this.at.length; end += 2) {
      if (
        this.word(end) === quote &&
        (escaped || !(this.word(end - 1) === '' && this.isOneOf(end - 2, '\\')))
      )
        break;
    }
    // The backslash of an escaped quote belongs to it.
    if (escaped) while (end - 2 > v + 2 && this.word(end - 1) === '' && this.isOneOf(end - 2, '\\')) end -= 2;
    return this.hide(v + 2, Math.min(end, this.at.length));
  }

  /** Hides from the word at `from` up to the delimiter at `to`. @returns the word behind that */
  protected hide(from: number, to: number, kept = ''): number {
    if (from >= this.at.length) return this.at.length;
    const isEmpty = to <= from + 1 && this.word(from) === '';
    if (!isEmpty) {
      for (let k = from; k < to && k < this.at.length; k += 1) this.at[k] = '';
      this.at[from] = kept + redacted;
    }
    return to + 1;
  }

  /** The delimiter that ends a word which holds others, without those that only close what is around it. */
  protected endOfWord(v: number, also: string): number {
    let end = v + 1;
    while (end < this.at.length && !this.isOneOf(end, ends + also)) end += 2;
    while (end - 2 > v && this.word(end - 1) === '' && this.isOneOf(end - 2, ',;)}]')) end -= 2;
    return end;
  }

  protected find(from: number, delimiters: string): number {
    let k = from;
    while (k < this.at.length && !this.isOneOf(k, delimiters)) k += 2;
    return k;
  }

  /** The word behind the delimiter at k, and behind blanks that follow it. */
  protected pastBlanks(k: number): number {
    let v = k + 1;
    while (this.word(v) === '' && this.isBlank(v + 1)) v += 2;
    return v;
  }

  protected word(i: number): string {
    return this.at[i] ?? '';
  }

  protected isOneOf(i: number, delimiters: string): boolean {
    const one = this.at[i];
    return one !== undefined && one !== '' && delimiters.includes(one);
  }

  protected isBlank(i: number): boolean {
    return this.isOneOf(i, blanks);
  }

  protected isQuote(i: number): boolean {
    return this.isOneOf(i, '"\'`');
  }
}
