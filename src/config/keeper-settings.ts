import { run } from './run.js';
import { settings } from './schema.js';
import { none } from './values.js';

const says = (key: string, named: string) => none(`no ${key} beside ${named}: the ${named} itself says that`);

const only = none('one of unit, program and entry: the app has one keeper');

/** The same where a key names what keeps the app. */
export const settingsOfKeeper = {
  unit: settings.extend({
    run: run.optional(),
    program: only,
    entry: only,
    manager: says('manager', 'unit'),
    user: says('user', 'unit'),
  }),
  entry: settings.extend({
    run: run.optional(),
    program: only,
    manager: says('manager', 'entry'),
    user: says('user', 'entry'),
  }),
  program: settings.extend({
    run: run.optional(),
    manager: says('manager', 'program'),
    user: says('user', 'program'),
  }),
} as const;
