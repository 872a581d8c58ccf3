import { createInterface } from 'node:readline';

/**
 * Asks for a line on the terminal.
 * @returns the line; undefined where the input ended, Ctrl-C was pressed (the process hears it as SIGINT too) or
 *   `signal` was aborted
 */
export function ask(question: string, signal?: AbortSignal): Promise<string | undefined> {
  if (signal?.aborted) return Promise.resolve(undefined);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    const end = (answer?: string) => {
      signal?.removeEventListener('abort', leave);
      lines.close();
      resolve(answer);
    };
    const leave = () => {
      process.stderr.write('\n');
      end();
    };
    signal?.addEventListener('abort', leave);
    lines.once('close', () => end());
    // The terminal is in raw mode here: Ctrl-C reaches readline, and nobody else.
    lines.once('SIGINT', () => {
      leave();
      process.emit('SIGINT');
    });
    lines.question(question, end);
  });
}
