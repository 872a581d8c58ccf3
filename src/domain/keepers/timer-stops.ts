import type { AppOnHost } from '../app/app.js';
import { keeperNames, startsByScript, startsOnly } from './cron-stops.js';
import { isEnabled } from './evidence.js';
import { isAmong, type Stop } from './keeper.js';
import type { AppView } from './process-groups.js';

interface Search {
  app: AppOnHost;
  view: AppView;
  /** What will be stopped already. */
  stops: readonly Stop[];
}

/** Timers whose services start by its name what is stopped, themselves or by a script. */
export function timerStops({ app, view, stops }: Search): Stop[] {
  const keepers = keeperNames(stops);
  const staying = keeperNames(stops.filter(({ stays }) => stays !== undefined));
  return view.facts.units.flatMap(({ unit, runs = [], active, enabled }): Stop[] => {
    const isKnown = isAmong(stops, { kind: 'unit', unit });
    const isOn = active === 'active' || isEnabled(enabled);
    const starting = runs.filter((run) => startsByScript([run], { app, view, keepers }));
    if (isKnown || !isOn || starting.length === 0) return [];
    const resumes = startsOnly(runs, staying, view);
    const text = starting.map(({ command }) => command).join('; ');
    return [
      {
        role: 'conflict',
        keeper: { kind: 'unit', unit },
        label: `unit ${unit}`,
        why: resumes ? `would start what keeps the app: ${text}` : `would start a server of the app: ${text}`,
        active: active === 'active',
        enabled: isEnabled(enabled),
        ...(resumes && { resumes }),
      },
    ];
  });
}
