import { unitTouches } from '../evidence.js';
import { groupEvidence, listenersText, type AppView, type ProcessGroup } from '../process-groups.js';
import { untouched, type FoundKind } from './found.js';
import type { KeptByUnit } from './unit.js';

/** systemd itself holds the address for a socket unit: what keeps the app is the service that the socket starts, where that is the app's. */
export const socketUnit: FoundKind<{ by: 'init' }, KeptByUnit> = {
  ...untouched,
  find: (group, _line, view) => (group.root.pid === 1 ? (serviceOf(group, view) ?? { by: 'init' }) : null),
  text: () => 'a socket unit',
  survivesBoot: () => 'yes',
  refuses: (_kept, group, _view, find) => {
    find.report(
      'port.systemd-socket',
      `systemd itself listens on ${listenersText(group)}, for a socket unit; belay cannot take that over.`,
      groupEvidence(group),
      'Find it with `systemctl list-sockets`, then `systemctl disable --now` it.',
    );
    return true;
  },
};

function serviceOf(group: ProcessGroup, view: AppView): KeptByUnit | null {
  const held = group.listeners.map(({ path, port, address }) => path ?? `${address}:${port}`);
  const sockets = view.facts.units.filter(({ listens }) =>
    listens?.some((each) =>
      held.includes(each.replace(/^\[(.*)\]:(\d+)$/, '$1:$2').replace(/^(\d+)$/, '*:$1')),
    ),
  );
  const unit = view.facts.units.find(
    (one) =>
      one.unit.endsWith('.service') &&
      unitTouches(one, { ...view, bind: null }) &&
      sockets.some((socket) => one.triggeredBy?.includes(socket.unit)),
  );
  return unit === undefined ? null : { by: 'unit', unit };
}
