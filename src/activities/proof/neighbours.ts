import type { SilentAnswer } from '../../domain/runbook/activities.js';
import type { GatePage } from '../../domain/nginx/gates/gates.js';
import { isFolder } from './silent-gates.js';

/** What to do where something else than the app answers. */
export const neighboursRemedy =
  'Either nginx leads elsewhere than its files say: let it read them (`nginx -t`, then `nginx -s reload`), see with `nginx -T` which ' +
  'server and location take these URLs. Or it cannot hand on what the app answers: its error log says why. Then deploy again.';

/** What the stop of the app tells of a gate. */
export interface Told {
  /** In a word, for the evidence. */
  words: string;
  /** What answers there is not the app. */
  isNeighbours?: true;
  /** Something else has to tell whether it is. */
  isOpen?: true;
}

/**
 * Holds what nginx answers now to a page that nobody knows against what it answered while the app was stopped.
 * @param silent undefined where nobody asked
 * @param now undefined where it could not be asked
 */
export function toldByStop(
  { trial, standsIn }: GatePage,
  silent: SilentAnswer | undefined,
  now: number | null | undefined,
): Told {
  if (trial === undefined)
    return { words: 'nothing could be asked that would tell it from a neighbour’s', isOpen: true };
  if (silent === undefined || now === undefined)
    return { words: 'not told from a neighbour’s: nobody asked while the app was stopped', isOpen: true };
  const then = silent.status;
  if (isGone(then) && !isGone(now))
    return { words: `its answers stopped with the app (${then ?? 'none'}) and came back` };
  if (then !== now) return { words: `its answers changed with the app (${shown(then)}, now ${shown(now)})` };
  const open = {
    words: `not told from a neighbour’s: ${shown(then)} with and without the app`,
    isOpen: true,
  } as const;
  if (isGone(then)) return open;
  if (isRefusal(then))
    return {
      words: `proves nothing: nginx itself answers the host ${shown(then)}, with and without the app`,
    };
  if (standsIn !== undefined || !isFolder(trial)) return open;
  return {
    words: `nginx answered ${shown(then)} while the app was stopped, and answers so now: what answers there is not this app`,
    isNeighbours: true,
  };
}

/** What nginx says where nobody answers it. */
export function isGone(status: number | null): boolean {
  return status === null || [502, 503, 504].includes(status);
}

/** What nginx itself says to who may not ask. */
export function isRefusal(status: number | null): boolean {
  return status !== null && [401, 403, 405, 429].includes(status);
}

function shown(status: number | null): string {
  return status === null ? 'nothing' : String(status);
}
