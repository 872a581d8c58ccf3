import type { App } from '../../app/app.js';
import type { Facts, Listener } from '../../facts/facts.js';
import { isContained } from '../../keepers/process-groups.js';
import { isWithin } from '../../keepers/touches.js';

/** What listens out of the app's folder. */
export function listenersOfFolder(
  { app: { realPath }, processes, listeners }: Facts,
  { path }: App,
): Listener[] {
  const inside = new Set(
    processes
      .filter(
        (process) =>
          !isContained(process) && (isWithin(process.cwd, realPath) || isWithin(process.cwd, path)),
      )
      .map(({ pid }) => pid),
  );
  return listeners.filter(({ pids }) => pids.some((pid) => inside.has(pid)));
}

/** The ports on which it does, sorted. */
export function portsOfFolder(facts: Facts, app: App): number[] {
  const own = listenersOfFolder(facts, app).filter(({ protocol }) => protocol === 'tcp');
  return [...new Set(own.map(({ port }) => port))].sort((a, b) => a - b);
}
