import type { NginxFacts, ProcessFacts } from '../../../domain/facts/facts.js';
import { configured } from './servers.js';
import { filesOfDump } from './dump.js';
import { leadsOf } from './leads.js';
import { configurationTree } from './tree.js';
import { bodyOf, wholeNumber, type Section, type Unreadable } from '../sections.js';

interface Clock {
  /** Seconds since the epoch. */
  booted: number | undefined;
  now: number;
  clockTicks: number;
}

// The boot time is a whole second, and so are times of files.
const toleranceSeconds = 1;

/** What nginx is configured to do, from `nginx -T`; null where there is no nginx. */
export function nginxFacts(
  sections: readonly Section[],
  processes: readonly ProcessFacts[],
  clock: Clock,
  unreadable: Unreadable,
): NginxFacts | null {
  const version = bodyOf(sections, 'nginx-version');
  if (version === undefined) return null;
  const masters = processes.filter(
    ({ command, contained }) =>
      contained !== true && command[0]?.startsWith('nginx: master process') === true,
  );
  const dump = bodyOf(sections, 'nginx-config') ?? '';
  const files = filesOfDump(dump, sizesOf(sections));
  const { top, cut } = configurationTree(files);
  const leads = leadsOf(files);
  const shutdownSeconds = secondsOf(top.findLast(({ name }) => name === 'worker_shutdown_timeout')?.args[0]);
  const unwritable = (bodyOf(sections, 'nginx-unwritable') ?? '').split('\n').filter((line) => line !== '');
  const warnings = warningsOf(sections);
  const incomplete = whyIncomplete(bodyOf(sections, 'nginx-cut'), cut);
  const newer = masters.length > 0 ? newerFiles(sections, processes, masters, clock, unreadable) : [];
  const facts: NginxFacts = {
    version: /nginx version: (?:[^\s/]+\/)?(\S+)/.exec(version)?.[1] ?? version.trim().slice(0, 200),
    running: masters.length > 0,
    changedSinceLoad: newer.length > 0,
    ...(newer.length === 0 ? {} : { newer: newer.slice(0, 20) }),
    ...configured(top, bodyOf(sections, 'hosts')),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(leads.length === 0 ? {} : { leads }),
    ...(shutdownSeconds === undefined ? {} : { shutdownSeconds }),
    ...(unwritable.length === 0 ? {} : { unwritable: unwritable.slice(0, 20) }),
    ...(masters.length < 2 ? {} : { masters: masters.length }),
    ...(incomplete === undefined ? {} : { incomplete }),
  };
  const strange = bodyOf(sections, 'nginx-strange');
  if (strange !== undefined) facts.strange = strange.trim().slice(0, 2000);
  const error = bodyOf(sections, 'nginx-error');
  if (error !== undefined) facts.error = error.trim();
  return facts;
}

/** @param bytesLimit where `nginx -T` printed more than is read: how much that is */
function whyIncomplete(bytesLimit: string | undefined, cut: boolean): string | undefined {
  if (bytesLimit !== undefined)
    return `nginx -T prints more than the ${bytesLimit.trim()} bytes that are read`;
  return cut ? 'its directives are more than belay looks at' : undefined;
}

/** nginx's own words for a time: `30s`, `1m30s`, `500ms`, a bare number is seconds. */
function secondsOf(text: string | undefined): number | undefined {
  const units: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 };
  const parts = [...(text ?? '').matchAll(/(\d+)(ms|[smhd])?/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, count, unit = 's']) => sum + Number(count) * (units[unit] ?? 1), 0);
}

export function sizesOf(sections: readonly Section[]): Map<string, number> {
  const lines = (bodyOf(sections, 'nginx-sizes') ?? '').split('\n');
  return new Map(
    lines.flatMap((line): [string, number][] => {
      const [, size, name] = /^(\d+) (.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, Number(size)]];
    }),
  );
}

/** `2026/11/27 11:53:48 [warn] 4736#4736: conflicting server name "w.test" on 0.0.0.0:80, ignored`, or after `nginx: [warn] `. */
function warningsOf(sections: readonly Section[]): string[] {
  const lines = (bodyOf(sections, 'nginx-warnings') ?? '').split('\n');
  return lines
    .flatMap(
      (line) => /^(?:nginx:|[\d/]+ [\d:]+) \[(?:warn|error)\] (?:\d+#\d+: )?(.*)$/.exec(line)?.[1] ?? [],
    )
    .slice(0, 50);
}

/** A reload keeps the master and starts new workers, so the oldest worker that is not on its way out tells when. */
function newerFiles(
  sections: readonly Section[],
  processes: readonly ProcessFacts[],
  masters: readonly ProcessFacts[],
  clock: Clock,
  unreadable: Unreadable,
): string[] {
  const workers = processes.filter(
    ({ command, parent }) =>
      command[0] === 'nginx: worker process' && masters.some(({ pid }) => pid === parent),
  );
  const ticks = Math.min(...(workers.length > 0 ? workers : masters).map(({ startTicks }) => startTicks));
  const loaded = (clock.booted ?? Number.NaN) + ticks / clock.clockTicks;
  // In some containers the boot time is the container's and the ticks are the machine's.
  if (!(loaded <= clock.now + toleranceSeconds)) {
    unreadable.push({
      fact: 'nginx.changedSinceLoad',
      why: 'when nginx loaded its configuration could not be found out',
    });
    return [];
  }
  const names = (bodyOf(sections, 'nginx-times') ?? '').split('\n').flatMap((line) => {
    const [time = ''] = line.split(' ', 1);
    return (wholeNumber(time) ?? 0) > loaded + toleranceSeconds ? [line.slice(time.length + 1)] : [];
  });
  return [...new Set(names)];
}
