import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { exchange } from '../../src/host/ssh/exchange.js';
import { bootstrapArgv, frame } from '../../src/host/ssh/frame.js';
import { loadFile, loadScript } from '../../src/host/scripts.js';
import type { Completed, HostSession, RunOptions } from '../../src/host/types.js';
import { onThisMachine } from './state.js';

/**
 * The machine that the tests run on as a host, without SSH: the same frame, the same exchange, a local shell.
 * `shell`: the shell to use instead of sh, as argv. `env`: its environment.
 */
export class LocalSession implements HostSession {
  readonly alias = 'local';
  readonly destination = 'local';

  constructor(private readonly options: { shell?: readonly string[]; env?: NodeJS.ProcessEnv } = {}) {}

  async run(name: string, args: readonly string[], options: RunOptions): Promise<Completed> {
    return this.runText(await loadScript(name), args, options, name);
  }

  /** Runs a script that is no file of belay's. */
  async runText(
    text: string,
    args: readonly string[],
    options: RunOptions,
    name = 'a script',
  ): Promise<Completed> {
    const bytes = frame(await loadFile('lib/arguments.sh'), onThisMachine(text), args);
    const [, dashC, code] = bootstrapArgv;
    const [file = 'sh', ...first] = this.options.shell ?? ['sh'];
    // A process group of its own, so that `close` can be as harsh as a login that ends: what is not detached dies with it.
    const child = spawn(file, [...first, dashC, code], {
      env: this.options.env ?? process.env,
      detached: true,
    });
    let closed = false;
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exit, signal) =>
        resolve(closed ? { code: null, signal: null } : { code: exit, signal }),
      );
    });
    const { stdin, stdout, stderr } = child;
    const close = (): void => {
      closed = true;
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, 'SIGKILL');
      for (const stream of [stdin, stdout, stderr]) stream.destroy();
    };
    const input = typeof options.input === 'string' ? onThisMachine(options.input) : options.input;
    return exchange(
      { stdin, stdout, stderr, ended, close },
      bytes,
      { ...options, input },
      {
        destination: this.destination,
        script: name,
      },
    );
  }

  forward(to: { address: string; port: number } | { socket: string }): Promise<Duplex> {
    const socket = 'socket' in to ? connect(to.socket) : connect(to.port, to.address);
    return new Promise((resolve, reject) =>
      socket.once('connect', () => resolve(socket)).once('error', reject),
    );
  }
}
