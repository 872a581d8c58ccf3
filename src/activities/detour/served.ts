import type { ProveInput } from '../../domain/runbook/activities.js';
import type { Bind } from '../../domain/app/address.js';
import { releaseFolder } from '../../domain/app/release.js';
import type { Manager } from '../../host/keepers/manager.js';
import { beginOf } from '../../host/proof/log.js';
import { bindOf, managerOfChange } from '../change/make-change.js';
import { besideOf } from '../rehearsal/address.js';

/** What of the release is proved: what serves at its own address, or at the spare one. */
export interface Served {
  bind: Bind;
  manager: Manager;
  tree: string;
  release: string;
  /** Since when its log counts. */
  begin: { path: string; begin: string };
  /** Whether nginx leads there. */
  isVisited: boolean;
}

export function servedOf(input: ProveInput): Served {
  const { app, plan, release, number, spare } = input;
  const tree = plan.ejects ? app.path : `${releaseFolder(app.path, release)}/tree`;
  if (spare === undefined) {
    const begin = beginOf(app.path, number, 'start');
    const isVisited = plan.strategy?.takes !== 'detour' && input.isClosed !== true;
    return { bind: bindOf(input), manager: managerOfChange(input), tree, release, begin, isVisited };
  }
  const begin = { path: app.path, begin: `releases/${release}/rehearsal/begun` };
  const { manager } = besideOf(managerOfChange(input), app);
  return { bind: spare, manager, tree, release, begin, isVisited: true };
}
