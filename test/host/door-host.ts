import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { change, type Change, type Changed } from '../../src/host/door/door.js';
import { drawNumber, type Draw } from '../../src/host/door/fence.js';
import { LocalSession } from './local-session.js';
import { stateOf } from './state.js';

/** A folder with an app's path in it, whose name has a space, and ops as texts (see the mock of scripts.js in the tests). */
export class DoorHost {
  readonly folder = mkdtempSync(join(tmpdir(), 'belay door '));
  readonly session = new LocalSession();

  /** `under`: a folder of the test's folder, where the app lives. */
  constructor(readonly under = '') {
    mkdirSync(this.path, { recursive: true });
  }

  get path(): string {
    return join(this.folder, this.under, 'my app');
  }

  draw(draw: Partial<Draw> = {}): Promise<number> {
    return drawNumber(this.session, { path: this.path, deployment: 'app@run1', by: 'ann@laptop', ...draw });
  }

  /** Runs `text` as an op; $1 is the test's folder. */
  op(text: string, options: Partial<Change> = {}): Promise<Changed> {
    return change(this.session, {
      path: this.path,
      number: 1,
      deployment: 'app@run1',
      op: 'op',
      script: `text:${text}`,
      args: [this.folder],
      rerun: 'never',
      timeoutMs: 20_000,
      ...options,
    });
  }

  /** Text of a file in the test's folder; empty where it is not there yet. */
  read(name: string): string {
    const file = join(this.folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Text of a file in belay's own folder for the path; empty where it is not there yet. */
  state(name: string): string {
    const file = join(stateOf(this.path), name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  write(name: string, text = ''): void {
    writeFileSync(join(this.folder, name), text);
  }

  journal(op: string, file: string, number = 1): string {
    return this.state(join('journal', String(number), op, file));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An op that says that it began, and waits for the file `go`. */
export const slowOp = 'echo began >>"$1/count"; while [ ! -e "$1/go" ]; do sleep 0.02; done; echo over';

/** Polls until a value is there. */
export async function until<T>(look: () => T, what: string): Promise<NonNullable<T>> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const seen = look();
    if (seen) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited 20 s in vain for ${what}`);
}

/** How many wait for the lock of a file: proc_locks(5). */
export function waiting(file: string): number {
  const inode = new RegExp(`-> FLOCK .*:${statSync(file).ino} `);
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .filter((line) => inode.test(line)).length;
}

/** Whether a process is there and no zombie. */
export function alive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

export function parentOf(pid: number): number {
  return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
}
