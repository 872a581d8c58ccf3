import type { Listener } from '../../domain/facts/facts.js';
import { bodyOf, type Section, type Unreadable } from './sections.js';

/** A socket's path without the old name of /run, by which it is often given. */
export function plainSocket(path: string): string {
  return path.replace(/^\/var\/run\//, '/run/');
}

/** Every TCP listener, and those unix sockets that `wanted` names. */
export function listenerFacts(
  sections: readonly Section[],
  wanted: (socket: string) => boolean,
  unreadable: Unreadable,
): Listener[] {
  const tcp = bodyOf(sections, 'tcp');
  const listeners =
    tcp === undefined ? procListeners(sections, unreadable) : linesOf(tcp).flatMap(tcpListener);
  const unix = linesOf(bodyOf(sections, 'unix') ?? '').flatMap(unixListener);
  return [...listeners, ...unix.filter(({ path }) => path !== undefined && wanted(path))].sort(
    (a, b) => a.port - b.port || compare(a.address, b.address) || compare(a.path ?? '', b.path ?? ''),
  );
}

/** The lines of ss; a process's name may break one, and has no room for the beginning of another. */
function linesOf(body: string): string[] {
  return body.split(/\n(?=LISTEN\s|u_)/);
}

/** A line of `ss -ltnpH`: state, two queues, local and peer address, `users:(("name",pid=1,fd=2),…)`. */
function tcpListener(line: string): Listener[] {
  const match = /^LISTEN\s+\d+\s+\d+\s+(\S+):(\d{1,5})\s+\S+\s*(.*)$/s.exec(line);
  if (match === null) return [];
  const [, address = '', port = '', users = ''] = match;
  return [
    {
      protocol: 'tcp',
      address: address.replace(/^\[|\]$/g, '').replace(/%[^\]]*$/, ''),
      port: Number(port),
      pids: pids(users),
    },
  ];
}

/** A line of `ss -lxpH`; the path may hold blanks, and an inode and the empty peer follow it. */
function unixListener(line: string): Listener[] {
  const match = /^u_\w+\s+LISTEN\s+\d+\s+\d+\s+(\/.*)\s+\d+\s+\*\s+\d+\s*(users:.*)?$/s.exec(line.trimEnd());
  if (match === null) return [];
  return [
    { protocol: 'unix', address: '', port: 0, path: plainSocket(match[1] ?? ''), pids: pids(match[2] ?? '') },
  ];
}

/**
 * `users:(("name",pid=1,fd=2),…)`. A name is up to 15 characters of its user's, which may look like a pid, but has no room for
 * all that ends one holder and begins the next.
 */
function pids(users: string): number[] {
  const found = [...users.matchAll(/",pid=(\d{1,10}),fd=\d+\)(?=,\("|\)\s*$)/g)].map((match) =>
    Number(match[1]),
  );
  return [...new Set(found)].sort((a, b) => a - b);
}

/** Where ss is absent: /proc/net/tcp and tcp6 (proc(5)), and which process holds which socket. */
function procListeners(sections: readonly Section[], unreadable: Unreadable): Listener[] {
  const lines = bodyOf(sections, 'proc-tcp');
  if (lines === undefined) {
    unreadable.push({ fact: 'listeners', why: 'neither ss nor /proc/net/tcp could be read' });
    return [];
  }
  const holders = new Map<string, Set<number>>();
  for (const line of (bodyOf(sections, 'proc-sockets') ?? '').split('\n')) {
    const match = /^\/proc\/(\d{1,10})\/fd socket:\[(\d+)\]$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const set = holders.get(match[2]) ?? new Set();
    holders.set(match[2], set.add(Number(match[1])));
  }
  return lines.split('\n').flatMap((line): Listener[] => {
    const fields = line.trim().split(/\s+/);
    const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(fields[1] ?? '');
    if (match?.[1] === undefined || match[2] === undefined) return [];
    const processes = [...(holders.get(fields[9] ?? '') ?? [])].sort((a, b) => a - b);
    return [
      { protocol: 'tcp', address: addressOf(match[1]), port: Number.parseInt(match[2], 16), pids: processes },
    ];
  });
}

/** The kernel prints an address as 32-bit words in the machine's own byte order: little-endian wherever belay runs. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  const whole = bytes.join('').toLowerCase();
  if (/^0{32}$/.test(whole)) return '::';
  if (/^0{31}1$/.test(whole)) return '::1';
  return (whole.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '')).join(':');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
