import { createColors } from 'picocolors';

export type Colors = ReturnType<typeof createColors>;

/**
 * What a command speaks through; tests hand it their own. Data goes to stdout, progress, questions and errors to stderr.
 * Texts are written as they are: the caller ends its lines.
 */
export interface Io {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Whether stderr is a terminal: only there may something be redrawn. */
  readonly isTTY: boolean;
  /** Whether a person can be asked: stdin and stderr are terminals. */
  readonly interactive: boolean;
  /** Colours by stream; they leave the text alone where it is no terminal or NO_COLOR is set. */
  readonly colors: { readonly stdout: Colors; readonly stderr: Colors };
  /** Width and height of the terminal on stderr; 80 by 24 where there is none. Changes while a command runs. */
  size(): { columns: number; rows: number };
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /**
   * Calls back on Ctrl-C instead of ending the process, until the returned function is called.
   */
  onInterrupt(handler: () => void): () => void;
  /** Asks for a line; undefined where the input ended or `signal` was aborted first. Only where `interactive`. */
  ask(question: string, signal?: AbortSignal): Promise<string | undefined>;
}

/** The process's own streams. */
export function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  const colored = (stream: NodeJS.WriteStream) => stream.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const isTTY = stderr.isTTY && env['TERM'] !== 'dumb';
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    isTTY,
    interactive: isTTY && stdin.isTTY,
    colors: { stdout: createColors(colored(stdout)), stderr: createColors(colored(stderr)) },
    size: () => ({ columns: stderr.columns || 80, rows: stderr.rows || 24 }),
    env,
    cwd: process.cwd(),
    onInterrupt(handler) {
      process.on('SIGINT', handler);
      return () => process.off('SIGINT', handler);
    },
    ask: async (question, signal) => (await import('./ask.js')).ask(question, signal),
  };
}

/** One JSON value on stdout, for `--json`. */
export function printJson(io: Io, value: unknown): void {
  io.stdout(`${JSON.stringify(value, null, 2)}\n`);
}
