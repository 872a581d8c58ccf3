import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { environmentOf } from '../../src/sandbox/environment.js';
import type { SandboxServer } from '../../src/sandbox/index.js';

const main = 'dist/cli/main.js';

/** What a person or a program that calls belay gets. */
export interface Called {
  code: number;
  stdout: string;
  stderr: string;
}

/** A command line of belay's that runs. */
export interface Command {
  /** As Ctrl-C does. */
  interrupt(): void;
  /** What it has written to stderr so far. */
  said(): string;
  done: Promise<Called>;
}

/**
 * Starts the built command line; it is killed after ten minutes.
 * @param options.server which it can reach
 * @param options.state another state folder than this process's own
 */
export function start(args: string[], options: { server?: SandboxServer; state?: string } = {}): Command {
  if (!existsSync(main)) throw new Error(`expected ${main}; build it: npm run build`);
  const { server, state } = options;
  const elsewhere = state && { BELAY_STATE_DIR: state, BELAY_TEMPORAL_PORT: undefined };
  const env = { ...(server && environmentOf(server)), ...elsewhere, NO_COLOR: '1' };
  const child = execa(process.execPath, [main, ...args], {
    env,
    reject: false,
    timeout: 600_000,
    stdin: 'ignore',
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return {
    interrupt: () => child.kill('SIGINT'),
    said: () => said,
    done: child.then(({ exitCode, stdout, stderr }) => ({ code: exitCode ?? -1, stdout, stderr })),
  };
}
