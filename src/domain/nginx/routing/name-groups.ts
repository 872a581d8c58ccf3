import type { NginxServer } from '../../facts/facts.js';
import { serverNameExpression } from './listening.js';
import { matches, type Known } from './values.js';

/** A regular expression among a server's names leaves its groups behind where it is what the name came by. */
export function takeNameGroups({ names }: NginxServer, name: string, known: Known): void {
  const wanted = name.toLowerCase();
  if (names.some((one) => one.toLowerCase() === wanted)) return;
  const pattern = names.find(
    (one) => one.startsWith('~') && serverNameExpression(one)?.test(wanted) === true,
  );
  if (pattern !== undefined) matches(pattern.slice(1), /[A-Z]/.test(pattern), wanted, known);
}
