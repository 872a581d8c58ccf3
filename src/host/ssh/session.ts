import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { failureTypes } from '../../domain/runbook/failure.js';
import { heeding } from '../heeding.js';
import { exchange, type RemoteShell } from './exchange.js';
import { frame, remoteCommand } from './frame.js';
import { loadFile, loadScript } from '../scripts.js';
import { HostError, nothingListens, type Completed, type HostSession, type RunOptions } from '../types.js';

const probeMs = 20_000;

/** One SSH connection and what runs over it. */
export class SshSession implements HostSession {
  /** How many scripts and streams are in use. */
  active = 0;
  lastUsed = Date.now();
  #privilege?: Promise<'root' | 'sudo' | 'none'>;

  constructor(
    readonly alias: string,
    readonly destination: string,
    private readonly client: Client,
  ) {}

  async run(name: string, args: readonly string[], options: RunOptions): Promise<Completed> {
    const script = await loadScript(name);
    const wantsRoot = options.privileged !== false;
    const sudo = wantsRoot && (await heeding(options.signal, this.privilege())) === 'sudo';
    return this.#runText(name, script, args, options, sudo);
  }

  /** How privileged scripts run: as root, through `sudo -n`, or, where neither can be had, as the user who logged in. */
  privilege(): Promise<'root' | 'sudo' | 'none'> {
    const forget = () => (this.#privilege = undefined);
    this.#privilege ??= this.#findPrivilege().then(
      (found) => {
        // Looked for anew: people who lack the rights grant them, and deploy again.
        if (found === 'none') forget();
        return found;
      },
      (error: unknown) => {
        forget();
        throw error;
      },
    );
    return this.#privilege;
  }

  forward(to: { address: string; port: number } | { socket: string }): Promise<Duplex> {
    const where = 'socket' in to ? to.socket : `${to.address}:${to.port}`;
    return this.#using(
      () =>
        new Promise<ClientChannel>((resolve, reject) => {
          const opened = (error: Error | undefined, channel: ClientChannel): void =>
            error ? reject(this.#cannotForward(where, error)) : resolve(channel);
          this.#attempt(reject, () => {
            if ('socket' in to) this.client.openssh_forwardOutStreamLocal(to.socket, opened);
            else this.client.forwardOut('127.0.0.1', 0, to.address, to.port, opened);
          });
        }),
      (channel) => new Promise((resolve) => channel.once('close', resolve)),
    );
  }

  close(): void {
    this.client.end();
    this.client.destroy();
  }

  async #findPrivilege(): Promise<'root' | 'sudo' | 'none'> {
    // Just what will be asked for: sudoers may allow nothing else.
    const probe =
      'PATH=/usr/bin:/bin:$PATH; if [ "$(id -u)" -eq 0 ]; then echo root; elif sudo -n /bin/sh -c : 2>/dev/null; then echo sudo; else echo none; fi';
    const { stdout } = await this.#runText('looking for rights', probe, [], { timeoutMs: probeMs }, false);
    const found = stdout.trim();
    return found === 'root' || found === 'sudo' ? found : 'none';
  }

  async #runText(
    name: string,
    script: string,
    args: readonly string[],
    options: RunOptions,
    sudo: boolean,
  ): Promise<Completed> {
    const bytes = frame(await loadFile('lib/arguments.sh'), script, args);
    options.signal?.throwIfAborted();
    return this.#using(async () => {
      const opening = this.#open(remoteCommand({ sudo }), name);
      const shell = await heeding(options.signal, opening, (late) => late.close());
      return exchange(shell, bytes, options, { destination: this.destination, script: name });
    });
  }

  #open(command: string, name: string): Promise<RemoteShell> {
    return new Promise((resolve, reject) => {
      this.#attempt(reject, () => {
        this.client.exec(command, (error, channel) => {
          if (error) {
            reject(
              new HostError(
                failureTypes.hostUnreachable,
                `${this.destination} opened no channel for ${name}: ${error.message}. Nothing was run; it is tried again. ` +
                  `Where many deployments share the host, raise MaxSessions in its sshd_config.`,
                { cause: error },
              ),
            );
            return;
          }
          resolve(remoteShell(channel));
        });
      });
    });
  }

  /** ssh2 throws where the connection is gone already. */
  #attempt(reject: (error: Error) => void, act: () => void): void {
    try {
      act();
    } catch (cause) {
      reject(
        new HostError(
          failureTypes.connectionLost,
          `The connection to ${this.destination} was lost. It is opened again at the next attempt.`,
          {
            cause,
          },
        ),
      );
    }
  }

  #cannotForward(where: string, error: Error & { reason?: unknown }): Error {
    if (
      /administratively prohibited/i.test(`${String(error.reason)} ${error.message}`) ||
      error.reason === 'ADMINISTRATIVELY_PROHIBITED'
    ) {
      return new HostError(
        failureTypes.rights,
        `${this.destination} forbids forwarding, so ${where} cannot be probed: ${error.message}. Set AllowTcpForwarding yes (and ` +
          `AllowStreamLocalForwarding yes) for this user in its sshd_config.`,
        { cause: error },
      );
    }
    // What listens there, or does not, is the caller's matter.
    if (error.reason !== undefined) {
      const why = error.message.replace(/^(\(SSH\) )?Channel open failure: /, '');
      const refused = /^connection refused$/i.test(why);
      const meaning = refused ? nothingListens : `no connection (${why})`;
      return new Error(`${where}: ${meaning}`, { cause: error });
    }
    return new HostError(failureTypes.connectionLost, `The connection to ${this.destination} was lost.`, {
      cause: error,
    });
  }

  /** Keeps the connection from being closed as idle: until `over`, where what was opened lives on. */
  async #using<Result>(
    open: () => Promise<Result>,
    over?: (result: Result) => Promise<unknown>,
  ): Promise<Result> {
    this.active += 1;
    const done = (): void => {
      this.active -= 1;
      this.lastUsed = Date.now();
    };
    try {
      const result = await open();
      if (over === undefined) done();
      else void over(result).then(done);
      return result;
    } catch (error) {
      done();
      throw error;
    }
  }
}

function remoteShell(channel: ClientChannel): RemoteShell {
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    let end: { code: number | null; signal: string | null } = { code: null, signal: null };
    channel.on('exit', (code: number | null, signal?: string) => (end = { code, signal: signal ?? null }));
    channel.on('close', () => resolve(end));
  });
  return { stdin: channel, stdout: channel, stderr: channel.stderr, ended, close: () => channel.destroy() };
}
