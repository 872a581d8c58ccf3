import { isEnabled, nameOf, type Kept } from '../keepers/keepers.js';
import type { Survey } from './survey.js';
import { programLabel } from '../keepers/supervisor.js';
import { namesPath } from '../keepers/touches.js';
import { pm2Label } from '../facts/pm2-label.js';
import { pm2StartsAtBoot } from '../keepers/pm2-home.js';

/** What would start a process again, in words. */
export function keeperText(kept: Kept | null): string {
  switch (kept?.by) {
    case undefined:
      return 'unknown';
    case 'unit': {
      const { unit, restart } = kept.unit;
      return `unit ${unit}${restart === 'no' || restart === '' ? ', without restart' : `, Restart=${restart}`}`;
    }
    case 'pm2': {
      const names = kept.entries.map((entry) => pm2Label(kept.daemon, entry)).join(', ');
      return names === '' ? `pm2 of ${kept.daemon.user}, in cluster mode` : names;
    }
    case 'supervisor':
      return programLabel(kept.program);
    case 'container':
      return 'a container';
    case 'init':
      return 'a socket unit';
    case 'user-manager':
      return `unit ${kept.unit} of ${kept.user}’s own service manager`;
    case 'unsupported':
      return nameOf(kept.process.command);
    case 'nothing':
      return 'nothing, it was started by hand';
  }
}

/** Whether what is kept so comes back by itself after a reboot. @param path of its app */
export function survivesBoot(
  kept: Kept | null,
  survey: Survey,
  path: string | null,
): 'yes' | 'no' | 'unknown' {
  switch (kept?.by) {
    case 'unit': {
      const { enabled, fragmentPath, triggeredBy = [] } = kept.unit;
      if (fragmentPath.startsWith('/run/')) return 'no';
      const triggered = triggeredBy.some((name) =>
        survey.units.some(({ unit, enabled: state }) => unit === name && isEnabled(state)),
      );
      if (isEnabled(enabled) || triggered) return 'yes';
      // What another unit pulls in says nothing of it here.
      return enabled === 'disabled' ? 'no' : 'unknown';
    }
    case 'pm2':
      return pm2StartsAtBoot(survey, kept.daemon.user) && kept.daemon.dumpMatches ? 'yes' : 'no';
    case 'supervisor':
      return kept.program.program.atBoot ? 'yes' : 'no';
    case 'init':
      return 'yes';
    case 'nothing':
      return startsAtBoot(survey, path) ? 'yes' : 'no';
    default:
      return 'unknown';
  }
}

function startsAtBoot({ cron }: Survey, path: string | null): boolean {
  return (
    path !== null && cron.some(({ text, command }) => /^\s*@reboot\b/.test(text) && namesPath(command, path))
  );
}
