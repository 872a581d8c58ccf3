import { StringDecoder } from 'node:string_decoder';
import { beginMark } from './frame.js';
import type { Completed } from '../types.js';

const stdoutLimit = 8 * 1024 * 1024;
const stderrLimit = 64 * 1024;
// What a login shell's start-up files may print before the script begins.
const preludeLimit = 64 * 1024;

/** Collects what a remote script prints, within bounds; characters that are split between two chunks come out whole. */
export class Output {
  /** Whether the script began; before that, stdout is the login shell's. */
  began = false;
  #prelude = '';
  #stdout: string[] = [];
  #stdoutBytes = 0;
  #truncated = false;
  #stderr = '';
  readonly #stdoutDecoder = new StringDecoder('utf8');
  readonly #stderrDecoder = new StringDecoder('utf8');

  constructor(
    private readonly onStdout: (chunk: string) => void = () => undefined,
    private readonly onStderr: (chunk: string) => void = () => undefined,
  ) {}

  stdout(chunk: Buffer): void {
    this.#stdoutText(this.#stdoutDecoder.write(chunk));
  }

  stderr(chunk: Buffer): void {
    const text = this.#stderrDecoder.write(chunk);
    if (this.began) this.onStderr(text);
    this.#stderr = (this.#stderr + text).slice(-stderrLimit);
  }

  /** What the far end printed before the script began, and on stderr: the evidence where it never did. */
  get complaint(): string {
    return `${this.#prelude}${this.#stderr}`.trim();
  }

  complete(code: number): Completed {
    this.#stdoutText(this.#stdoutDecoder.end());
    this.#stderr += this.#stderrDecoder.end();
    return { code, stdout: this.#stdout.join(''), stderr: this.#stderr, truncated: this.#truncated };
  }

  #stdoutText(text: string): void {
    if (!this.began) {
      this.#prelude += text;
      const at = this.#prelude.indexOf(beginMark);
      if (at < 0) {
        this.#prelude = this.#prelude.slice(-preludeLimit);
        return;
      }
      this.began = true;
      text = this.#prelude.slice(at + beginMark.length);
      this.#prelude = this.#prelude.slice(0, at);
    }
    if (text === '') return;
    this.onStdout(text);
    const room = stdoutLimit - this.#stdoutBytes;
    const bytes = Buffer.from(text);
    this.#stdoutBytes += Math.min(bytes.length, room);
    if (bytes.length <= room) {
      this.#stdout.push(text);
      return;
    }
    this.#truncated = true;
    // A character that is cut in two is left out.
    if (room > 0)
      this.#stdout.push(
        bytes
          .subarray(0, room)
          .toString()
          .replace(/\uFFFD+$/, ''),
      );
  }
}
