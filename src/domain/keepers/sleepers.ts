import type { AppOnHost } from '../app/app.js';
import type { Sleeper } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import { asleep } from './kinds/asleep.js';
import type { AppView } from './process-groups.js';
import { runsFilesOf } from './runs-files.js';
import { isWorker, listensOn, startsServer } from './touches.js';

interface Search {
  app: AppOnHost;
  view: AppView;
  find: Finder;
}

/** What a keeper would start of the app that it does not keep now, with the host or once somebody starts it: it is named. */
export function sleepingStarts({ app, view, find }: Search): void {
  const told = new Set<string>();
  for (const one of view.facts.sleepers ?? []) {
    const text = one.command.join(' ');
    // The instances of a cluster are saved one by one.
    const id = JSON.stringify([one.file, one.name]);
    const kind = asleep[one.keeper];
    if (told.has(id) || !touches(one, view) || kind.isAwake(one, view.facts) || kind.isOwn(one, app))
      continue;
    if (isWorker(`${one.name} ${text}`) && !startsServer(text, app.run)) continue;
    told.add(id);
    const starters = kind.starters(one, view.facts);
    const [what, remedy] = kind.words(one);
    if (starters.length > 0)
      find.report(
        'keeper.asleep',
        `${what} does not run now, and is started with the host, by ${starters.join(', ')}: it would come up beside the new release.`,
        `${one.file}: ${text}`,
        remedy,
      );
    else
      find.report(
        'keeper.saved',
        `${what} does not run now; nothing is known to start it with the host, but somebody may.`,
        `${one.file}: ${text}`,
        remedy,
      );
  }
}

function touches({ command, directory, port }: Sleeper, { folders, bind }: AppView): boolean {
  if (runsFilesOf(command, directory, folders)) return true;
  return bind?.kind === 'port' && (port === String(bind.port) || listensOn(command.join(' '), bind.port));
}
