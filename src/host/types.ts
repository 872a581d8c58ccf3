import type { Duplex, Readable } from 'node:stream';
import type { Reach } from '../domain/app/app.js';
import type { FailureType } from '../domain/runbook/failure.js';

/** What went wrong at, or on the way to, a host. `type` decides whether a retry can help. */
export class HostError extends Error {
  constructor(
    readonly type: FailureType,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'HostError';
  }
}

export interface RunOptions {
  /** The script's standard input; `/dev/null` without it. */
  input?: string | Uint8Array | Readable;
  /** As root: directly or through `sudo -n`; where neither can be had, as the user who logged in. Default true. */
  privileged?: boolean;
  /** Milliseconds until the channel is closed and ConnectionLost is thrown. */
  timeoutMs: number;
  /** Closes the channel; what was started detached goes on. */
  signal?: AbortSignal;
  onStdout?: (chunk: string) => void;
  onStderr?: (chunk: string) => void;
}

export interface Completed {
  code: number;
  /** UTF-8, invalid bytes replaced; at most 8 MiB, the rest is dropped and `truncated` says so. */
  stdout: string;
  /** At most 64 KiB, the end of it. */
  stderr: string;
  truncated: boolean;
}

/** One connection to one host, shared by all steps. */
export interface HostSession {
  readonly alias: string;
  /** `user@address:port`, as errors name it. */
  readonly destination: string;
  /**
   * Runs src/host/scripts/<name>.sh under POSIX sh, positional arguments in $1…; nothing of them is quoted into code or
   * shows in the host's process list. An exit status other than 0 is returned, not thrown.
   * @throws HostError ConnectionLost where the outcome is unknown: the channel closed without an exit status.
   */
  run(name: string, args: readonly string[], options: RunOptions): Promise<Completed>;
  /** A stream to a TCP address or unix socket as seen from the host (RFC 4254 section 7.2). */
  forward(to: { address: string; port: number } | { socket: string }): Promise<Duplex>;
}

/** Connections by host: opened when first needed, kept alive, dropped when dead or idle. */
export interface Hosts {
  /** @throws HostError HostUnknown, HostUnreachable, AuthenticationFailed, HostKeyRefused. */
  session(reach: Reach): Promise<HostSession>;
  close(): Promise<void>;
}

/** What ECONNREFUSED means, over SSH as elsewhere. */
export const nothingListens = 'connection refused: nothing listens there';
