import { Line } from './line.js';
import { isBase64Line } from './shapes.js';
import { redacted } from './words.js';

/**
 * Text such as a log, a program's output or a page, with `[redacted]` for what a name in front of it or its shape tells to
 * be a secret. Takes time in proportion to the text. redact.sh does the same on the host, for what must not leave it; one
 * table tests both.
 */
export function redact(text: string): string {
  return text.split('\n').flatMap(redactor()).join('\n');
}

/** The same for a text that comes line by line: what stands for the line in it, none inside of a key. */
export function redactor(): (line: string) => string[] {
  const lines = new Lines();
  return (line) => lines.next(line);
}

/** Goes through the lines of one text: keys and YAML's blocks stand over several. */
class Lines {
  /** How many more lines a key may have. */
  private keyLines = 0;
  /** YAML: what is indented deeper than this belongs to a secret's name. */
  private block = -1;
  /** Whether that is one word only. */
  private oneWord = false;
  /** How many lines ago a secret was named without its value. */
  private named = 9;

  next(line: string): string[] {
    // Colours stand between a name and its value.
    // eslint-disable-next-line no-control-regex -- the escape character begins a colour
    const plain = line.replace(/\x1b\[[0-9;]*m/g, '');
    const end = plain.lastIndexOf('-----END ');
    if (this.keyLines > 0) {
      this.keyLines -= 1;
      if (end >= 0) {
        this.keyLines = 0;
        return [redacted, shownLine(plain.slice(end))];
      }
      if (isOfKey(plain)) return [];
      this.keyLines = 0;
    }
    const begin = /-----BEGIN [A-Z0-9 ]*(PRIVATE KEY|SECRET|PGP)[A-Z0-9 ]*-----/.exec(plain);
    if (begin !== null) {
      const kept = shownLine(plain.slice(0, begin.index)) + begin[0] + redacted;
      if (end >= begin.index) return [kept + shownLine(plain.slice(end))];
      this.keyLines = 100;
      return [kept];
    }
    if (isBase64Line(plain)) return [redacted];
    if (this.block >= 0 && plain.trim() !== '') {
      const value = plain.trim().replace(/^- /, '');
      if (indentOf(plain) > this.block && !(this.oneWord && value.includes(' ')))
        return [`${plain.slice(0, indentOf(plain))}${redacted}`];
      this.block = -1;
    }
    this.named += 1;
    const words = new Line(plain, this.named <= 2);
    const shown = words.shown();
    if (words.named) this.named = 0;
    if (words.opensBlock !== '') {
      this.block = indentOf(plain);
      this.oneWord = words.opensBlock === 'word';
    }
    return [shown];
  }
}

function shownLine(line: string): string {
  return new Line(line, false).shown();
}

function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

/** Base64, what stands above it, or an empty line. */
function isOfKey(line: string): boolean {
  const words = line.trim().replace(/^.*[ \t]/, '');
  return (
    /^[A-Za-z0-9+/=]*[\\n"',]*$/.test(words) || /^[ \t]*(Proc-Type|DEK-Info|Comment|Version): /.test(line)
  );
}
