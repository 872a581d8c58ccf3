import { z } from 'zod';
import { run, settings } from './schema.js';

const says = (key: string, named: string) =>
  z.never({ error: `no ${key} beside ${named}: the ${named} itself says that` }).optional();

const only = z.never({ error: 'one of unit, program and entry: the app has one keeper' }).optional();

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
