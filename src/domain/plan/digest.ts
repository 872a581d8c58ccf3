import { stopKind } from '../keepers/kinds/of-group.js';
import type { Keeper } from '../app/keeper.js';
import type { Stop } from '../keepers/keeper.js';
import type { Plan } from './plan.js';

/**
 * The text that a plan's digest is the SHA-256 of: what a person approves, and nothing that changes by itself. Left out
 * are pids, ages, sizes of files that only the host has, how much still travels, what pages answered, numbers and names that
 * hold the time. Two looks at a host that nobody touched give the same text.
 */
export function planProjection(plan: Plan): string {
  const { host, artifact, unchanged, bind, user, previous, files, hostOnly } = plan;
  const steady = (text: string) =>
    [plan.release, previous.kind === 'adopt' ? previous.release : '']
      .filter((name) => name !== '')
      .reduce((all, name) => all.replaceAll(name, '(release)'), text)
      .replace(/\bpid \d+/g, 'pid');
  return canonical({
    host,
    artifact,
    // Where one goes back, the release is what is approved; where one goes on, its name is only the time.
    release: artifact === '' ? plan.release : null,
    unchanged,
    bind,
    served: plan.served,
    user,
    unit: plan.unit,
    program: plan.program,
    entry: plan.entry,
    ejects: plan.ejects,
    previous: previous.kind === 'adopt' ? { kind: 'adopt' } : previous,
    stops: plan.stops.map((stop) => stopProjection(stop, steady)),
    files: {
      added: files.added,
      changed: files.changed,
      removed: files.removed.map(({ path }) => path),
      counts: [files.addedCount, files.changedCount, files.removedCount, files.total, files.totalBytes],
    },
    hostOnly: hostOnly.map(({ path, fate }) => ({ path, fate })),
    // What stops is in `stops`; its sentence says why, and that changes by itself while pm2 restarts an entry.
    actions: plan.actions
      .filter((action) => !plan.stops.some(({ label }) => action.includes(label)))
      .map(steady),
    findings: plan.findings
      .filter(({ id }) => !passing.has(id))
      .map(({ id, severity }) => ({ id, severity })),
  });
}

/**
 * Findings that come and go by themselves. A rehearsal tells of the plan and is no part of it: `deploy` makes the same
 * plan without.
 */
const passing = new Set(['app.rehearsal', 'memory.low', 'clock.skew', 'pm2.crash-loop']);

function stopProjection(
  { role, keeper, label, enabled, stays, resumes }: Stop,
  steady: (text: string) => string,
): unknown {
  return { role, keeper: keeperProjection(keeper), label: steady(label), enabled, stays, resumes };
}

function keeperProjection(keeper: Keeper): unknown {
  return stopKind(keeper).digested?.(keeper) ?? keeper;
}

/** JSON with the keys of every object in order, and none that is undefined. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
