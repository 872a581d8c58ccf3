import { isIP } from 'node:net';
import type { Facts, SystemFacts } from '../../domain/facts/facts.js';
import { bodyOf, keyValues, wholeNumber, type Section, type Unreadable } from './sections.js';

/** The host itself, from the section `system`. */
export function systemFacts(sections: readonly Section[], unreadable: Unreadable): SystemFacts {
  const values = keyValues(bodyOf(sections, 'system'));
  const text = (key: string) => values.get(key) ?? '';
  const number = (key: string, otherwise: number) => {
    const value = wholeNumber(values.get(key));
    if (value === undefined)
      unreadable.push({
        fact: `system.${key}`,
        why: `no number: ${JSON.stringify(text(key).slice(0, 100))}`,
      });
    return value ?? otherwise;
  };
  const addresses = text('addresses')
    .split(' ')
    .filter((one) => isIP(one) !== 0)
    .slice(0, 100);
  const pageBytes = wholeNumber(values.get('page'));
  return {
    hostname: text('hostname'),
    os: text('os').replace(/^["']|["']$/g, ''),
    kernel: text('kernel'),
    init: text('init'),
    bootId: text('boot'),
    now: number('now', 0),
    user: text('user'),
    uid: number('uid', -1),
    root: text('effective') === '0',
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(text('selinux') === '1' ? { selinux: true as const } : {}),
    clockTicks: number('ticks', 100),
    ...(pageBytes === undefined ? {} : { pageBytes }),
    memoryAvailableBytes: number('memory', 0) * 1024,
  };
}

/** What is not seen without root. */
export function lackOfRights({ root, user }: SystemFacts): Unreadable {
  if (root) return [];
  return [{ fact: 'other users’ processes', why: `${user} is not root and has no sudo without a password` }];
}

/** When the host booted, by its own clock, in seconds since the epoch (btime of /proc/stat). */
export function bootTime(sections: readonly Section[]): number | undefined {
  return wholeNumber(keyValues(bodyOf(sections, 'system')).get('booted'));
}

/** Where each tool lies; null where it is absent. */
export function toolFacts(sections: readonly Section[]): Facts['tools'] {
  const found = [...keyValues(bodyOf(sections, 'tools'))].map(
    ([tool, path]) => [tool, path.startsWith('/') ? path : null] as const,
  );
  return Object.fromEntries(found);
}

/** Room on the file system that holds the app: `df -Pk` and `df -Pi`, whose last line counts. */
export function diskFacts(sections: readonly Section[], unreadable: Unreadable): Facts['disk'] {
  const blocks = lastLine(bodyOf(sections, 'disk'));
  const inodes = lastLine(bodyOf(sections, 'inodes'));
  const kilobytes = wholeNumber(blocks.free);
  if (kilobytes === undefined) {
    unreadable.push({
      fact: 'disk',
      why: blocks.line === '' ? 'df said nothing' : blocks.line.slice(0, 200),
    });
    return null;
  }
  return {
    filesystem: blocks.filesystem,
    availableBytes: kilobytes * 1024,
    // File systems such as btrfs have no fixed number of inodes and say 0 of 0, or a dash.
    availableInodes:
      inodes.total === '0' ? Number.MAX_SAFE_INTEGER : (wholeNumber(inodes.free) ?? Number.MAX_SAFE_INTEGER),
  };
}

function lastLine(body: string | undefined): {
  line: string;
  filesystem: string;
  total?: string;
  free?: string;
} {
  const line = (body ?? '').trimEnd().split('\n').at(-1) ?? '';
  // A file system's name may hold blanks; the figures stand before the percentage.
  const match = /^(.*?)\s+(\d+|-)\s+(?:\d+|-)\s+(\d+|-)\s+(?:\d+%|-)\s/.exec(line);
  return { line, filesystem: match?.[1] ?? '', total: match?.[2], free: match?.[3] };
}
