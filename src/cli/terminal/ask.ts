import { createInterface } from 'node:readline';

/** Where questions are asked; the process's own terminal unless given. */
export interface Terminal {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  /** Called for Ctrl-C: in raw mode it reaches readline, and nobody else. */
  interrupt: () => void;
}

const own: Terminal = {
  input: process.stdin,
  output: process.stderr,
  interrupt: () => void process.emit('SIGINT'),
};

/**
 * Asks for a line on the terminal.
 * @returns the line; undefined where the input ended, Ctrl-C was pressed or `signal` was aborted
 */
export function ask(
  question: string,
  signal?: AbortSignal,
  { input, output, interrupt }: Terminal = own,
): Promise<string | undefined> {
  if (signal?.aborted) return Promise.resolve(undefined);
  const lines = createInterface({ input, output });
  return new Promise((resolve) => {
    // The first one counts: closing says `close` by itself.
    const end = (answer?: string) => {
      resolve(answer);
      signal?.removeEventListener('abort', leave);
      lines.close();
    };
    const leave = () => {
      output.write('\n');
      end();
    };
    signal?.addEventListener('abort', leave);
    lines.once('close', () => end());
    lines.once('SIGINT', () => {
      leave();
      interrupt();
    });
    lines.question(question, end);
  });
}
