import { settingsOfFiles } from './files-settings.js';
import { settingsOfKeeper } from './keeper-settings.js';
import { settings, type Settings } from './schema.js';

/** Holds what belay.yml says of one environment against the settings that fit the kind of app. */
export function checkSettings(value: unknown) {
  if (isMap(value) && value.kind === 'files') return ofFiles(value);
  const named = (['unit', 'program', 'entry'] as const).find((key) => isMap(value) && key in value);
  return named === undefined ? settings.safeParse(value) : ofKeeper(named, value);
}

/** Settings of an app of which nothing runs: what is said of a process has the value that means none. */
function ofFiles(value: unknown) {
  const checked = settingsOfFiles.safeParse(value);
  if (!checked.success) return checked;
  const { hooks, verify, ...rest } = checked.data;
  const nothing = {
    run: '',
    port: 'auto',
    rehearse: false,
    strategy: 'auto',
    detour: false,
    drain: 0,
  } as const;
  return {
    success: true,
    data: {
      ...rest,
      ...nothing,
      leave: [],
      hooks: { ...hooks, before: [] },
      verify: { ...verify, internal: [] },
    } satisfies Settings,
  } as const;
}

/** Settings that name what keeps the app: that starts it, so `run` may be left out. */
function ofKeeper(named: keyof typeof settingsOfKeeper, value: unknown) {
  const checked = settingsOfKeeper[named].safeParse(value);
  if (!checked.success) return checked;
  const { run = '', ...rest } = checked.data;
  return {
    success: true,
    data: { ...rest, run, user: undefined, manager: undefined } satisfies Settings,
  } as const;
}

/** Whether a value of YAML is a map. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
