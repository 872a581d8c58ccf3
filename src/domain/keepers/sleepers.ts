import type { AppOnHost } from '../app/app.js';
import type { Facts, Sleeper } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import { releaseKeeper } from './kinds/of-app.js';
import { pm2Starters } from './pm2-home.js';
import type { AppView } from './process-groups.js';
import { runsFilesOf } from './runs-files.js';
import { isAtReboot, isWorker, listensOn, startsServer } from './touches.js';

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
    if (told.has(id) || !touches(one, view) || isAwake(one, view) || isOwn(one, app)) continue;
    if (isWorker(`${one.name} ${text}`) && !startsServer(text, app.run)) continue;
    told.add(id);
    const starters = startersOf(one, view.facts);
    const [what, remedy] = one.keeper === 'pm2' ? savedWords(one) : programWords(one);
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

function savedWords({ name, file, user = '' }: Sleeper): [what: string, remedy: string] {
  return [
    `${name}, which pm2 of ${user} has saved,`,
    `As ${user} on the host: \`pm2 cleardump\` where ${file} holds nothing else that shall come back; else take ${name} out of that file. Then plan again.`,
  ];
}

function programWords({ name, file }: Sleeper): [what: string, remedy: string] {
  return [
    `Supervisor program ${name}, whose supervisord is down,`,
    `Write \`autostart=false\` into [program:${name}] of ${file}, or take the section out; or, where supervisord shall keep the app, \`systemctl start supervisor\`. Then plan again.`,
  ];
}

function touches({ command, directory, port }: Sleeper, { folders, bind }: AppView): boolean {
  if (runsFilesOf(command, directory, folders)) return true;
  return bind?.kind === 'port' && (port === String(bind.port) || listensOn(command.join(' '), bind.port));
}

/** What the living daemon has is dealt with as that. */
function isAwake({ keeper, file, name }: Sleeper, { facts }: AppView): boolean {
  return (
    keeper === 'pm2' &&
    facts.pm2.some(
      ({ home, entries }) => home === homeOf(file) && entries.some((entry) => entry.name === name),
    )
  );
}

/** What keeps the release by belay.yml is seen to by that. */
function isOwn({ keeper, file, user = '', name }: Sleeper, app: AppOnHost): boolean {
  if (keeper === 'supervisor') return app.program?.split(':')[0] === name;
  return releaseKeeper(app).keeps({ kind: 'pm2', home: homeOf(file), name, id: 0, user, command: '' });
}

function startersOf({ keeper, user = '', startedBy = [] }: Sleeper, facts: Facts): string[] {
  if (keeper === 'pm2') return pm2Starters(facts, user);
  const lines = facts.cron.filter(
    ({ text, command }) => isAtReboot(text) && /(?<![\w-])supervisord(?![\w.-])/.test(command),
  );
  return [...startedBy, ...lines.map(({ source, line }) => `line ${line} of ${source}`)];
}

function homeOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/'));
}
