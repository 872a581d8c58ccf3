import type { AppOnHost } from '../../app/app.js';
import type { Facts, ProcessFacts } from '../../facts/facts.js';
import type { Keeper } from '../../app/keeper.js';
import type { Stop } from '../keeper.js';
import { lineage, type AppView, type ProcessGroup } from '../process-groups.js';
import { found, stopped, type Kept } from './all.js';
import type { Boot, BootFacts, FoundKind, OnHost, StopKind } from './found.js';

/** Looks for the keeper of a group: the first kind that is found, which at last is nothing. */
export function keeperOf(group: ProcessGroup, view: AppView): Kept {
  const line = lineage(group.root, view);
  for (const { find } of Object.values(found)) {
    const kept = find(group, line, view);
    if (kept !== null) return kept;
  }
  return { by: 'nothing' };
}

/** What is known of that kind of keeper. */
export function foundKind(kept: Kept): FoundKind<Kept> {
  // Its `by` says that it is that kind's.
  return found[kept.by] as unknown as FoundKind<Kept>;
}

/** Whom what is kept so runs as, where its uppermost process does not say that. */
export function userOf(kept: Kept, root: ProcessFacts): string | undefined {
  return foundKind(kept).user?.(kept, root);
}

/** What is known of stopping through it. */
export function stopKind(keeper: Keeper): StopKind<Keeper> {
  return stopped[keeper.kind] as unknown as StopKind<Keeper>;
}

/** All that a host has of what something is stopped through. */
export function keepersOn(facts: Facts): OnHost[] {
  return Object.values(stopped).flatMap(({ onHost }) => onHost(facts));
}

/** What would start a process again, in words. */
export function keeperText(kept: Kept | null): string {
  return kept === null ? 'unknown' : foundKind(kept).text(kept);
}

/** Whether what is kept so comes back by itself after a reboot. @param path of its app */
export function survivesBoot(kept: Kept | null, facts: BootFacts, path: string | null): Boot {
  return kept === null ? 'unknown' : foundKind(kept).survivesBoot(kept, facts, path);
}

/** What is restarted along with what serves: of several that belay.yml names by one name some may listen elsewhere. */
export function alike(app: AppOnHost, facts: Facts, stops: readonly Stop[]): Stop[] {
  const kinds: readonly { alike?: FoundKind<never>['alike'] }[] = Object.values(found);
  return kinds.flatMap(({ alike: of }) => of?.(app, facts, stops) ?? []);
}

/** Where a kind stands among those that are stopped one after the other. */
export function stopRank({ kind }: Keeper): number {
  return Object.keys(stopped).indexOf(kind);
}
