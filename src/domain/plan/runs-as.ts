import type { App } from '../app/app.js';
import { findConflicts } from '../keepers/conflicts.js';
import type { Facts } from '../facts/facts.js';
import { keptApp } from './kept-app.js';

/**
 * Whom the app runs as: whom belay.yml names, else whoever runs it now. Whom its folder belongs to (`facts.app.owner`) is
 * another matter, and only tells where nothing runs; the login is the last resort, where there is no folder either.
 * Every step acts for the app as this user, and as no other: a plan holds it as `user`.
 */
export function runsAs(app: App, facts: Facts, host: string): string {
  if (app.user !== undefined) return app.user;
  const { app: kept, bind } = keptApp(facts, app, host);
  return userOf(kept, facts, findConflicts(facts, bind, kept, host).user);
}

/** The same where it is known who runs the app now. */
export function userOf(app: App, facts: Facts, running: string | null): string {
  const unit = facts.units.find((one) => one.unit === app.unit);
  const ofUnit = unit?.user === '' ? 'root' : unit?.user;
  return app.user ?? running ?? ofUnit ?? facts.app.owner ?? facts.system.user;
}
