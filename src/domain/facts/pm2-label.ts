import type { Pm2Entry, Pm2Facts } from './keepers.js';

/** `pm2 entry shop (id 0) of deploy`. */
export function pm2Label(daemon: Pm2Facts, entry: Pm2Entry): string {
  return `pm2 entry ${entry.name} (id ${entry.id}) of ${daemon.user}`;
}
