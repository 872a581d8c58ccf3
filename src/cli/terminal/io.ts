import { paints, printable, type Colors } from './paint.js';

export type { Colors } from './paint.js';

/**
 * What a command speaks through; tests hand it their own. Data goes to stdout, progress, questions and errors to stderr.
 * The caller ends its lines. What acts on a terminal in a text (escape sequences and the like: it may be a server's) is
 * written so that it can be seen, and does nothing.
 */
export interface Io {
  stdout(text: string): void;
  stderr(text: string): void;
  /**
   * The same streams, byte for byte: for `belay exec`, whose output is what somebody asked for as it is, and for what belay
   * itself has to say to a terminal or a pipeline. Never for a text that comes from elsewhere.
   */
  readonly raw: { stdout(text: string): void; stderr(text: string): void };
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
    ...writers(
      (text) => void stdout.write(text),
      (text) => void stderr.write(text),
      env,
    ),
    isTTY,
    interactive: isTTY && stdin.isTTY,
    colors: { stdout: paints(colored(stdout)), stderr: paints(colored(stderr)) },
    size: () => ({ columns: stderr.columns || 80, rows: stderr.rows || 24 }),
    env,
    cwd: process.cwd(),
    onInterrupt(handler) {
      process.on('SIGINT', handler);
      return () => process.off('SIGINT', handler);
    },
    ask: async (question, signal) => (await import('./ask.js')).ask(printable(question, false), signal),
  };
}

/** The one place where text is cleaned on its way out; pipelines take some lines for commands. */
export function writers(
  stdout: (text: string) => void,
  stderr: (text: string) => void,
  env: NodeJS.ProcessEnv,
): Pick<Io, 'stdout' | 'stderr' | 'raw'> {
  const commands = env['GITHUB_ACTIONS'] === 'true' || env['TF_BUILD'] !== undefined;
  return {
    stdout: (text) => stdout(printable(text, commands)),
    stderr: (text) => stderr(printable(text, commands)),
    raw: { stdout, stderr },
  };
}

/** One JSON value on stdout, for `--json`. */
export function printJson(io: Io, value: unknown): void {
  io.stdout(`${JSON.stringify(value, null, 2)}\n`);
}
