import { spawn } from 'node:child_process';
import { copyFile, open, readFile, rm, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reason, TemporalError } from '../error.js';
import { identify, isAlive, type ProcessIdentity } from '../process-id.js';
import { makePrivate } from '../state.js';

const logLimitBytes = 10 * 1024 * 1024;

export interface Launch {
  command: string;
  args: readonly string[];
  /** Where it runs: a folder that stays, for it outlives the terminal it was started from. */
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Takes both its outputs; appended to. */
  log: string;
}

/**
 * Starts a process that outlives this one and its terminal (a session of its own).
 * @throws TemporalError where it cannot be executed or ends at once.
 */
export async function launch({ command, args, cwd, env, log }: Launch): Promise<ProcessIdentity> {
  await makePrivate(dirname(log));
  await boundLog(log);
  const output = await open(log, 'a', 0o600);
  try {
    // What it writes is for its owner's eyes only.
    const usual = process.umask(0o077);
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', output.fd, output.fd] });
    process.umask(usual);
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (!identity) throw new Error(`it ended at once; its last words: ${await lastLines(log)}`);
    return identity;
  } catch (error) {
    throw new TemporalError(`${command} cannot be started: ${reason(error)}`, { cause: error });
  } finally {
    await output.close();
  }
}

/**
 * Ends a process: SIGTERM, `graceMs`, SIGKILL; returns when it is gone.
 * @returns false where it no longer ran.
 */
export async function end(identity: ProcessIdentity, graceMs: number): Promise<boolean> {
  if (!isAlive(identity)) return false;
  for (const [signal, waitMs] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', 5000],
  ] as const) {
    try {
      process.kill(identity.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
      throw new TemporalError(`pid ${identity.pid} cannot be ended: ${reason(error)}`, { cause: error });
    }
    const until = Date.now() + waitMs;
    while (Date.now() < until) {
      if (!isAlive(identity)) return true;
      await sleep(25);
    }
  }
  throw new TemporalError(`pid ${identity.pid} does not end, not even by SIGKILL: it may hang in the kernel`);
}

/**
 * Keeps a log under 10 MB: what is beyond goes to `<log>.1`, over an older one, or is lost where the disk has no room for
 * both. The file itself stays, because whoever writes to it has it open (for appending, so that it goes on at the new end).
 */
export async function boundLog(log: string): Promise<void> {
  const { size } = await stat(log).catch(() => ({ size: 0 }));
  if (size <= logLimitBytes) return;
  await copyFile(log, `${log}.1`).catch(() => rm(`${log}.1`, { force: true, recursive: true }));
  await truncate(log, 0);
}

/** The end of a log, for an error's text: at most 5 lines and 1,000 characters. */
export async function lastLines(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-5).join('\n').slice(-1000) || '(nothing)';
}
