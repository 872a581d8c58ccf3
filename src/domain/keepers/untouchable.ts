import type { Finder } from '../findings/finder.js';
import type { Kept } from './kinds/all.js';
import { foundKind } from './kinds/of-group.js';
import { groupEvidence, isBind, listenerText, type AppView, type ProcessGroup } from './process-groups.js';

/** Whether the group is one that belay must not or cannot stop; then a finding says so. */
export function refused(group: ProcessGroup, kept: Kept, view: AppView, find: Finder): boolean {
  const { refuses, isUntouched } = foundKind(kept);
  if (!isUntouched && foreign(group, kept, view, find)) return true;
  return refuses?.(kept, group, view, find) ?? false;
}

/** Whether what listens has nothing to do with the app: neither where it works, nor what it runs, nor what keeps it. */
function foreign(group: ProcessGroup, kept: Kept, view: AppView, find: Finder): boolean {
  const { namesApp, isItself } = foundKind(kept);
  const ours =
    (group.touches && isItself?.(kept, group) !== true) || namesApp?.(kept, { ...view, bind: null }) === true;
  if (ours) return false;
  const taken = group.listeners.filter((listener) => isBind(listener, view.bind));
  if (taken.length > 0) {
    find.report(
      'port.foreign',
      `${taken.map(listenerText).join(', ')} is taken by something that has nothing to do with ${view.folders[0] ?? 'the app'}.`,
      groupEvidence(group),
      'Check `site` and `port` in belay.yml; if they are right, stop that process yourself.',
    );
  }
  return true;
}

/** Without root, who listens cannot be seen. */
export function unseenListeners(view: AppView, find: Finder): void {
  const unseen = view.facts.listeners.filter(
    (listener) => isBind(listener, view.bind) && !listener.pids.some((pid) => view.byPid.has(pid)),
  );
  if (unseen.length === 0) return;
  find.report(
    'port.unseen',
    `Something listens on ${unseen.map(listenerText).join(', ')}, but which process it is cannot be seen.`,
    `seen as ${view.facts.system.user}${view.facts.system.root ? ', as root' : ', without root'}`,
    view.facts.system.root
      ? 'Find it with `ss -ltnp` on the host; it may run in another container or namespace.'
      : 'Let belay act as root by sudo without a password, then plan again.',
  );
}
