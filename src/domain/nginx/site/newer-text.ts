import type { NginxFacts } from '../../facts/facts.js';

/** The files that nginx has not loaded as they are now, as the subject of a sentence, with its verb. */
export function newerText({ newer = [] }: NginxFacts): string {
  if (newer.length === 0) return 'files of nginx’s configuration are';
  return `${newer.slice(0, 5).join(', ')}${newer.length > 5 ? ` and ${newer.length - 5} more` : ''} ${newer.length === 1 ? 'is' : 'are'}`;
}
