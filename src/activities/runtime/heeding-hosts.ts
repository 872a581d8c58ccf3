import { heeding } from '../../host/heeding.js';
import type { Hosts } from '../../host/types.js';
import { cancelSignal } from './context.js';

/** Connections for which no step waits longer than until it is cancelled: others may wait for the same one. */
export function heedingHosts(hosts: Hosts): Hosts {
  return {
    session: (reach) => heeding(cancelSignal(), hosts.session(reach)),
    close: () => hosts.close(),
  };
}
