import { asciiLower, secretName } from './names.js';
import { pathShape, shape } from './shapes.js';
import { ends, redacted, Words } from './words.js';

const harmless = /^(true|false|null|none|nil|undefined|missing|required|invalid|expired|empty|unset|yes|no)$/;
const fillers = /^(is|was|of|for|with|value|are|to|using)$/;
const schemes = /^(bearer|basic|token|digest|apikey|negotiate)$/;

/** Hides what a line tells to be a secret. */
export class Line extends Words {
  /** Whether a secret was named whose value did not follow. */
  named = false;
  /** Whether the lines below are a secret's: all that are indented, or where they are one word. */
  opensBlock: '' | 'text' | 'word' = '';
  /** For each word the last one up to the next blank or quote that holds an @, or -1. */
  private readonly lastAt: number[];

  constructor(
    line: string,
    private readonly isNamed: boolean,
  ) {
    super(line);
    this.lastAt = [];
    let last = -1;
    for (let i = this.at.length - 1; i >= 0; i -= 1) {
      if (i % 2 === 1) {
        if (this.isOneOf(i, ends)) last = -1;
      } else if (last < 0 && this.word(i).includes('@')) last = i;
      this.lastAt[i] = last;
    }
  }

  shown(): string {
    let before = '';
    let client = '';
    let login = false;
    for (let i = 0; i < this.at.length; i += 2) {
      if (this.isOneOf(i - 1, '|;&(')) client = '';
      if (this.word(i) === '') continue;
      i = this.credentials(i);
      const word = this.word(i);
      if (this.shapeIn(i)) {
        if (this.isOneOf(i + 1, ':') && this.word(i + 2) !== '')
          i = this.hide(i + 2, this.endOfWord(i + 2, '')) - 2;
        continue;
      }
      const lower = asciiLower(word);
      client = clientOf(lower) || client;
      const next = this.ofClient(i, client) || this.ofName(i, lower, before, login);
      login ||= lower === 'login';
      before = lower;
      if (next > 0) i = next - 2;
    }
    return this.at.join('');
  }

  /** `scheme://user:password@host`: the last @ counts, for a password may hold some. @returns where to go on */
  private credentials(i: number): number {
    const word = this.word(i);
    const last = this.lastAt[i] ?? -1;
    if (!word.startsWith('//') || last < 0 || !this.isOneOf(i - 1, ':')) return i;
    const body = word.slice(2);
    const user = body.split('/', 1)[0] ?? '';
    const goesOn = user === body && last > i && !this.isOneOf(i + 1, '?#');
    if (!user.includes('@') && !goesOn) return i;
    const host = this.word(last).slice(this.word(last).lastIndexOf('@'));
    for (let k = i; k < last; k += 1) this.at[k] = '';
    this.at[last] = `//${redacted}${host}`;
    return last;
  }

  /** Hides what has a secret's shape, from there to the word's end. */
  private shapeIn(i: number): boolean {
    const word = this.word(i);
    const found = shape.exec(word);
    if (found !== null) {
      this.at[i] = word.slice(0, found.index) + redacted;
      return true;
    }
    const path = pathShape.exec(word);
    if (path !== null && path.index + path[0].length < word.length) {
      this.at[i] = word.slice(0, path.index + path[0].length) + redacted;
      return true;
    }
    // A bot of Telegram's.
    return (
      /(^|[/])(bot)?[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]+$/.test(word) &&
      this.isOneOf(i + 1, ':') &&
      size(this.word(i + 2)) >= 30
    );
  }

  /** `mysql -psecret`, `sshpass -p secret`, `curl -u user:secret`. @returns where to go on, or 0 */
  private ofClient(i: number, client: string): number {
    const word = this.word(i);
    const option = client.slice(0, 2);
    if (option !== '' && word.startsWith(option) && word.length > 2) {
      this.at[i] = option;
      return this.hide(i, this.endOfWord(i, ''), option);
    }
    if (client.length > 2 && word === option && this.isBlank(i + 1)) return this.hideNext(i + 1);
    const user = /^(-[uU]|--user|--proxy-user)/.exec(word)?.[0] ?? '';
    if (user === '' || (word !== user && user.length !== 2)) return 0;
    let v = i;
    if (word === user) {
      v = this.pastBlanks(i + 1);
      if (this.isOneOf(i + 1, '=')) v = i + 2;
      if (v === i || this.word(v) === '') v = this.isQuote(v + 1) ? v + 2 : v;
    }
    if (v > i && this.isOneOf(v + 1, ':') && !this.word(v + 2).startsWith('//'))
      return this.hide(v + 2, this.endOfWord(v + 2, ''));
    if (v === i && word.length > 2 && this.isOneOf(i + 1, ':') && this.word(i + 2) !== '')
      return this.hide(i + 2, this.endOfWord(i + 2, ''));
    return 0;
  }

  /** What is assigned to a secret's name, or follows it. @returns where to go on, or 0 */
  private ofName(i: number, lower: string, before: string, login: boolean): number {
    const encoded = lower.search(/%3[ad]/);
    if (encoded >= 0 && secretName(lower.slice(0, encoded)) > 0) {
      this.at[i] = this.word(i).slice(0, encoded + 3) + redacted;
      return i + 2;
    }
    const isValue = lower === 'value' && (this.isNamed || this.named);
    const sure = isValue ? 1 : secretName(lower);
    if (sure === 0) return this.ofScheme(i, lower);
    if (this.isOneOf(i - 1, '<') && this.isOneOf(i + 1, '>')) return this.hide(i + 2, this.find(i + 3, '<'));
    let k = i + 1;
    let quoted = false;
    while (this.isOneOf(k, '\\"\'`]') && this.word(k + 1) === '') {
      quoted ||= this.isQuote(k);
      k += 2;
    }
    const close = k;
    while (this.isBlank(k) && this.word(k + 1) === '') k += 2;
    if (this.isOneOf(k, '=:') && !(this.isOneOf(k, ':') && lower.includes('/'))) {
      // Ruby's and C++'s name of a class.
      if (this.isOneOf(k, ':') && this.word(k + 1) === '' && this.isOneOf(k + 2, ':')) return 0;
      return this.ofSign(i, k, lower, quoted);
    }
    const isOption = lower.startsWith('-');
    const inList = isOption || this.isOneOf(i - 3, '([');
    if (quoted && inList && this.isOneOf(k, ',')) {
      const v = this.pastBlanks(k);
      if (this.isQuote(v + 1)) return this.hideNext(k);
    }
    if (this.isBlank(close) && !quoted) {
      const v = this.pastBlanks(close);
      if (isOption ? !this.word(v).startsWith('-') : login) return this.hideNext(close);
      if (sure === 2) {
        const next = this.ofProse(v, before);
        if (next > 0) return next;
      }
    }
    if (!isValue) this.named = true;
    return 0;
  }

  /** After `=` or `:` at k. */
  private ofSign(i: number, k: number, lower: string, quoted: boolean): number {
    const isColon = this.isOneOf(k, ':');
    while (this.word(k + 1) === '' && this.isOneOf(k + 2, '=>')) k += 2;
    let v = this.pastBlanks(k);
    if (isColon && this.opens(v)) return 0;
    if (/^[bBuUrRfF]+$/.test(this.word(v)) && this.word(v).length < 3 && this.isQuote(v + 1)) this.at[v] = '';
    if (this.word(v) === '' && (this.isQuote(v + 1) || this.isOneOf(v + 1, '\\'))) {
      // `key="Password" value="x"`
      if (
        lower === 'key' &&
        this.isQuote(v + 3) &&
        /^[A-Za-z_.-]+$/.test(this.word(v + 2)) &&
        secretName(this.word(v + 2)) > 0
      )
        return v + 2;
      return this.hideNext(k);
    }
    if (isHeader(lower) && isColon && !quoted) {
      const end = this.isQuote(i - 1) ? this.find(v + 1, this.word(i - 1)) : this.at.length;
      return this.hide(this.afterScheme(v), end);
    }
    if (/^(old)?pwd$/.test(lower) && this.word(v).startsWith('/')) return 0;
    v = this.afterScheme(v);
    // A call: SecretStr('x').
    if (this.isOneOf(v + 1, '(') && this.word(v + 2) === '' && this.isQuote(v + 3))
      return this.hideNext(v + 1);
    const isWhole = v + 1 >= this.at.length || this.isOneOf(v + 1, `,;)}]${ends}`);
    if (isWhole && harmless.test(asciiLower(this.word(v)))) return v + 2;
    return this.hide(v, this.endOfWord(v, this.isOneOf(i - 1, '?&') ? '&' : ''));
  }

  /** Whether a YAML block begins below. */
  private opens(v: number): boolean {
    if (v >= this.at.length - 1 && this.word(v) === '') this.opensBlock = 'word';
    else if (
      this.word(v) === '' &&
      this.isOneOf(v + 1, '|>') &&
      v + 2 >= this.at.length - 1 &&
      /^[-+0-9]*$/.test(this.word(v + 2))
    )
      this.opensBlock = 'text';
    return this.opensBlock !== '';
  }

  /** `Bearer x`, without a header's name in front of it. */
  private ofScheme(i: number, lower: string): number {
    if (!/^(bearer|basic)$/.test(lower) || !this.isBlank(i + 1)) return 0;
    const v = this.pastBlanks(i + 1);
    const word = this.word(v);
    return size(word) >= 6 && /[0-9]|[a-z][A-Z]/.test(word) ? this.hide(v, this.endOfWord(v, '')) : 0;
  }

  private afterScheme(v: number): number {
    return schemes.test(asciiLower(this.word(v))) && this.isBlank(v + 1) ? this.pastBlanks(v + 1) : v;
  }

  /** `the token abc123 is not valid`, `password is 'secret'`: prose, where the word looks like no word. */
  private ofProse(v: number, before: string): number {
    if (fillers.test(asciiLower(this.word(v))) && this.isBlank(v + 1)) v = this.pastBlanks(v + 1);
    if (this.word(v) === '' && this.isQuote(v + 1)) {
      if (before === 'unexpected') return 0;
      const end = this.find(v + 3, this.word(v + 1));
      const length = size(this.at.slice(v + 2, end).join(''));
      return length > 3 ? this.hide(v + 2, end) : 0;
    }
    const word = this.word(v);
    const odd = /[0-9]/.test(word) && /[A-Za-z]/.test(word) && size(word) >= 6;
    const long = /[a-z]/.test(word) && /[A-Z]/.test(word) && size(word) >= 16;
    return (odd || long) && !word.includes('/') ? this.hide(v, this.endOfWord(v, '')) : 0;
  }
}

/** The option by which a program takes a password, with `+` where it may stand apart from it. */
function clientOf(lower: string): string {
  const name = lower.replace(/^.*\//, '');
  if (/^(mysql|mariadb)[a-z_-]*$/.test(name) || /^7z[a-z]?$/.test(name)) return '-p';
  if (name === 'sshpass') return '-p+';
  if (name === 'redis-cli') return '-a+';
  if (/^(un)?zip$/.test(name) || name === 'sqlcmd') return '-P+';
  return /^ldap(search|modify|add|whoami)$/.test(name) ? '-w+' : '';
}

function isHeader(lower: string): boolean {
  return /(authorization|cookie)$/.test(lower);
}

/** Characters beyond ASCII do not count, which are several bytes on a host. */
function size(text: string): number {
  return text.replace(/[^ -~]/g, '').length;
}
