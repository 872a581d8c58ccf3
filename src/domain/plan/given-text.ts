import type { GivenFacts } from '../facts/facts.js';

/** What a unit's file calls it. */
export function keyOf(what: GivenFacts['what'], name: string): string {
  switch (what) {
    case 'limit':
      return `Limit${name}`;
    case 'umask':
      return 'UMask';
    case 'group':
      return 'SupplementaryGroups';
    case 'main-group':
      return 'Group';
    case 'locale':
    case 'interpreter':
      return '';
    case 'capability':
      return 'AmbientCapabilities';
    default:
      // A namespace of its own comes from any of many settings.
      return name === 'mount-namespace'
        ? '(?:Protect|Private|ReadOnly|ReadWrite|Inaccessible|Temporary|Bind)\\w+'
        : name;
  }
}

/** As a finding says it. */
export function textOf({ what, name, now, usual }: GivenFacts): string {
  switch (what) {
    case 'group':
      return `group ${name}, which is none of its user’s`;
    case 'interpreter':
      return `run by ${now}, then by ${usual}`;
    case 'main-group':
      return `main group ${now}, then ${usual}`;
    case 'capability':
      return `capability ${name}, which a service of its user has not`;
    case 'hardening':
      return `hardening ${name}, then none`;
    case 'umask':
      return `${name} ${now}, then ${usual}`;
    default:
      return `${what} ${name} ${now}, then ${usual === '' ? 'not set' : usual}`;
  }
}
