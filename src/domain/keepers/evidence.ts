import type { Pm2Entry, UnitFacts } from '../facts/facts.js';
import type { AppView } from './process-groups.js';
import { runsFilesOf } from './runs-files.js';
import { listensOn, namesPath } from './touches.js';

/** The system unit that a cgroup belongs to, undefined for a login's session and the like. */
export function unitOf(cgroup: string): string | undefined {
  return cgroup.split('/').find((part) => part.endsWith('.service'));
}

/** Whether a unit's own text names the app's folder or, to listen on it, its port. */
export function unitTouches(unit: UnitFacts, { folders, bind }: AppView): boolean {
  if (folders.some((folder) => namesPath(unit.workingDirectory, folder) || namesPath(unit.execStart, folder)))
    return true;
  return bind?.kind === 'port' && (unit.port === String(bind.port) || listensOn(unit.execStart, bind.port));
}

/** Whether a pm2 entry works in the app's folder, runs a script of it, or has its port. */
export function entryTouches(entry: Pm2Entry, { folders, bind }: AppView): boolean {
  if (folders.some((folder) => namesPath(entry.cwd, folder) || namesPath(entry.script, folder))) return true;
  return (
    bind?.kind === 'port' && (entry.port === String(bind.port) || listensOn(entry.args.join(' '), bind.port))
  );
}

/** Whether a pm2 entry runs files of the app's folder. */
export function entryRunsApp({ script, args, cwd }: Pm2Entry, { folders }: AppView): boolean {
  return runsFilesOf([script, ...args], cwd, folders);
}

/** Whether a unit runs files of the app's folder. */
export function unitRunsApp({ execStart, workingDirectory }: UnitFacts, { folders }: AppView): boolean {
  return runsFilesOf(execStart.split(/\s+/), workingDirectory, folders);
}

/** Whether a unit starts at boot. */
export function isEnabled(state: string): boolean {
  return /^(?:enabled|linked|alias)/.test(state);
}

/** What a person would call a command: the script rather than its interpreter. */
export function nameOf(command: readonly string[]): string {
  const [first = 'without a command', second] = command;
  // A server that says in its title what it does: `nginx: master process /usr/sbin/nginx -g …`.
  const titled = /^([\w.+-]+): /.exec(first)?.[1];
  if (titled !== undefined) return titled;
  const interpreter = /(?:^|\/)(?:python[\d.]*|node|ruby|perl|sh|bash|dash)$/.test(first);
  return (interpreter && second?.startsWith('-') === false ? second : first).split('/').at(-1) ?? first;
}
