import type { App } from '../app/app.js';
import type { Facts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';

/** Whether belay.yml asks for the dead man's switch where there can be none: it is a unit of systemd, which root makes. */
export function lacksSwitch({ deadmanSeconds = 0 }: App, { system }: Facts): boolean {
  return deadmanSeconds > 0 && !(system.root && system.init === 'systemd');
}

export function deadmanFindings(app: App, facts: Facts, find: Finder): void {
  if (!lacksSwitch(app, facts)) return;
  const { user, init, root } = facts.system;
  find.report(
    'deadman.unarmed',
    'Should this deployment fall silent, the host does not put the old version back by itself: that takes root and systemd.',
    root ? `process 1 is ${init || 'unknown'}` : `logged in as ${user}, without root`,
    'Let belay act as root by sudo without a password; or `deadman: off` in belay.yml, and `belay recover` by hand.',
  );
}
