import type { Doubt } from '../facts/facts.js';

/** `pid 812 of mallory says that it is nginx: it runs as another user than root`. */
export function doubtText({ what, pid, user, why }: Doubt): string {
  if (what === 'PATH') return `on root’s PATH, of ${user}: ${why}`;
  return `pid ${pid} of ${user} says that it is ${what}: ${why}`;
}
