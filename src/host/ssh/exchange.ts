import { constants } from 'node:os';
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { failureTypes } from '../../domain/runbook/failure.js';
import { Output } from './output.js';
import { HostError, type Completed, type RunOptions } from '../types.js';

/** A shell at the far end of a channel. */
export interface RemoteShell {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** Resolves when the channel is closed; both null where it closed without saying how the script ended. */
  ended: Promise<{ code: number | null; signal: string | null }>;
  /** Closes the channel. */
  close(): void;
}

/**
 * Sends a frame and the script's input to a shell, and waits for the script's end.
 *
 * @param who the host and script as errors name them
 * @throws HostError ConnectionLost where the outcome is unknown; RemoteCommandFailed or RightsMissing where no shell ran
 *   the script. The signal's reason where that aborted.
 */
export async function exchange(
  shell: RemoteShell,
  frame: Uint8Array,
  options: RunOptions,
  who: { destination: string; script: string },
): Promise<Completed> {
  const { destination, script } = who;
  const output = new Output(options.onStdout, options.onStderr);
  shell.stdout.on('data', (chunk: Buffer) => output.stdout(chunk));
  shell.stderr.on('data', (chunk: Buffer) => output.stderr(chunk));
  // `ended` reports a channel that breaks; its streams' own errors say less.
  for (const stream of [shell.stdin, shell.stdout, shell.stderr]) stream.on('error', () => undefined);

  const stop = new AbortController();
  const giveUp = (cause: unknown): void => {
    stop.abort(cause);
    shell.close();
  };
  const deadline = setTimeout(() => {
    giveUp(
      new HostError(
        failureTypes.connectionLost,
        `${script} on ${destination} did not end within ${options.timeoutMs / 1000} s; whether it will is not known. ` +
          `Look at the host's load and log, then try again.`,
      ),
    );
  }, options.timeoutMs);
  const onAbort = (): void => giveUp(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort);
  try {
    options.signal?.throwIfAborted();
    void feed(shell.stdin, frame, options.input, shell.ended).catch(giveUp);
    const stopped = new Promise<never>((_, reject) => {
      stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error));
    });
    const { code, signal } = await Promise.race([shell.ended, stopped]);
    const status = code ?? (signal === null ? null : 128 + signalNumber(signal));
    if (status === null) {
      throw new HostError(
        failureTypes.connectionLost,
        `The connection to ${destination} was lost while ${script} ran; whether it ended is not known. ` +
          `Check the network and that the host is up, then try again.`,
      );
    }
    if (!output.began) throw neverBegan(output.complaint, status, who);
    return output.complete(status);
  } catch (error) {
    shell.close();
    throw error;
  } finally {
    clearTimeout(deadline);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** Writes no faster than the far end reads; stops without an error where the script ended before it read everything. */
async function feed(
  stdin: Writable,
  frame: Uint8Array,
  input: RunOptions['input'],
  ended: Promise<unknown>,
): Promise<void> {
  const far = { over: false };
  const atEnd = (): void => {
    far.over = true;
    if (input instanceof Readable) input.destroy();
  };
  const end = ended.then(atEnd, atEnd);
  stdin.write(frame);
  if (typeof input === 'string' || input instanceof Uint8Array) {
    stdin.end(input);
    return;
  }
  if (input !== undefined) {
    try {
      for await (const chunk of input as AsyncIterable<string | Uint8Array>) {
        if (far.over) break;
        if (!stdin.write(chunk)) await Promise.race([once(stdin, 'drain'), end]);
      }
    } catch (error) {
      if (!far.over) throw error;
    }
  }
  stdin.end();
}

function neverBegan(
  complaint: string,
  status: number,
  who: { destination: string; script: string },
): HostError {
  const said = complaint === '' ? 'nothing' : JSON.stringify(complaint.slice(-500));
  if (complaint.includes('sudo:')) {
    return new HostError(
      failureTypes.rights,
      `sudo on ${who.destination} refused to run ${who.script}: it said ${said}. ` +
        `Put into /etc/sudoers.d/belay, with visudo: \`USER ALL=(root) NOPASSWD: /bin/sh\` (that is all of root: for a login of belay's own, not the app's), or connect as root.`,
    );
  }
  if (complaint.includes('did not arrive whole')) {
    return new HostError(
      failureTypes.connectionLost,
      `The connection to ${who.destination} was lost while ${who.script} was sent; it did not run. Try again.`,
    );
  }
  return new HostError(
    failureTypes.commandFailed,
    `The login shell on ${who.destination} did not run ${who.script}: expected sh to begin, came ${said} and exit status ${status}. ` +
      `Check the user's shell and its start-up files, and that sh and dd are there.`,
  );
}

function signalNumber(name: string): number {
  const signals: Record<string, number> = constants.signals;
  return signals[name.startsWith('SIG') ? name : `SIG${name}`] ?? 0;
}
