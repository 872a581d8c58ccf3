import type { App } from '../app/app.js';
import type { Finder } from '../findings/finder.js';
import { urlOf, type Served } from '../nginx/served/served.js';
import type { Comparison } from './input.js';

/** Whether what nginx serves can tell the new release from the old one. */
export function provedFindings(
  served: Served,
  app: App,
  comparison: Comparison | undefined,
  find: Finder,
): void {
  const { doors, unproved = [] } = served;
  const open = doors.filter(({ endings }) => endings.length > 0);
  const changed = [...(comparison?.files.changed ?? []), ...(comparison?.files.added ?? [])];
  // What a build on the host makes is known there alone.
  const isTold =
    comparison === undefined ||
    changed.length === 0 ||
    app.build.length > 0 ||
    changed.some(({ path }) => open.some((door) => urlOf(door, path) !== undefined));
  if (open.length > 0 && isTold) return;
  find.report(
    'files.unproved',
    'No file that this release changes can be asked of nginx and compared, so what is served will not prove the new release.',
    [...unproved, ...changed.slice(0, 10).map(({ path }) => path)].join('\n'),
    'Name pages under `verify.external` with what tells them from the old ones (`contains`); or acknowledge this.',
  );
}
