import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process for certain: a pid alone may have been given to another since. */
export interface ProcessIdentity {
  pid: number;
  /** On Linux `<boot id>/<clock ticks after boot>`, elsewhere the start time in ps's words. */
  started: string;
}

/** The identity of a process that runs; undefined where none with this pid does (a zombie has ended). */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether this very process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

function startedOnLinux(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // proc_pid_stat(5): the command's name, in brackets, may itself hold brackets and blanks; field 3 follows the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return `${boot}/${fields[19] ?? ''}`;
}

function startedByPs(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 5000,
    });
    const [, state, when] = /^(\S+)\s+(.*\S)/.exec(text.trim()) ?? [];
    return state?.startsWith('Z') ? undefined : when;
  } catch {
    return undefined;
  }
}
