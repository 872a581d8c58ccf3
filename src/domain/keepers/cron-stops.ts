import type { AppOnHost } from '../app/app.js';
import type { CronLine } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import type { Stop } from './keeper.js';
import { stopKind } from './kinds/of-group.js';
import type { AppView } from './process-groups.js';
import { runsFilesOf } from './runs-files.js';
import { isAtReboot, isWorker, listensOn, namesPath, startsServer } from './touches.js';
import { literalPattern } from '../text/pattern.js';

interface Search {
  app: AppOnHost;
  view: AppView;
  /** What will be stopped already. */
  stops: readonly Stop[];
  find: Finder;
}

/**
 * Lines of crontabs, and of scripts that cron or the boot runs, which would start a server of the app, or what keeps one
 * and is stopped. Lines that only name the app's folder are told.
 */
export function cronStops({ app, view, stops, find }: Search): Stop[] {
  const left: string[] = [];
  const keepers = keeperNames(stops);
  const staying = keeperNames(stops.filter(({ stays }) => stays !== undefined));
  const lines: (CronLine & { resumes: boolean })[] = [];
  for (const line of view.facts.cron) {
    const names = namesAny(line.command, view) || runsFromFolder(line, view);
    const port = view.bind?.kind === 'port' && listensOn(line.command, view.bind.port);
    const atBoot = isAtReboot(line.text) && !isWorker(line.command);
    const server = startsServer(line.command, app.run) || atBoot;
    const byScript = startsByScript(line.runs ?? [], { app, view, keepers, atBoot });
    const isConflict = (server && (names || port)) || byScript || restartsOneOf(line.command, keepers);
    const own = [line, ...(line.runs ?? [])];
    if (isConflict) lines.push({ ...line, resumes: startsOnly(own, staying, view) });
    else if (namesAny(line.command, view)) left.push(`${line.source}:${line.line}: ${line.text}`);
  }
  if (left.length > 0) {
    find.report(
      'cron.left-alone',
      `Lines of crontabs name ${app.path} without starting a server; they stay in force.`,
      left.slice(0, 20).join('\n'),
      'Nothing, where they suit the new release too.',
    );
  }
  return lines.map(({ source, line, text, digest, script, resumes }) => ({
    role: 'conflict',
    keeper: {
      kind: 'cron',
      source,
      line,
      text,
      ...(digest !== undefined && { digest }),
      ...(script && { script }),
    },
    label: `line ${line} of ${source}`,
    why: resumes ? `would start what keeps the app: ${text}` : `would start a server of the app: ${text}`,
    active: true,
    ...(resumes && { resumes }),
  }));
}

/** What a keeper that is stopped may be called by whatever starts it. */
export function keeperNames(stops: readonly Stop[]): string[] {
  return stops.flatMap(({ keeper }) => stopKind(keeper).names?.(keeper) ?? []);
}

/** Whether one of a script's commands would start a server of the app, or a keeper that is stopped. */
export function startsByScript(
  runs: readonly { command: string; folder?: string }[],
  of: { app: AppOnHost; view: AppView; keepers: readonly string[]; atBoot?: boolean },
): boolean {
  return runs.some(
    (run) =>
      restartsOneOf(run.command, of.keepers) ||
      ((startsServer(run.command, of.app.run) || of.atBoot === true) &&
        (namesAny(run.command, of.view) || runsFromFolder(run, of.view))),
  );
}

/** Whether commands start those keepers by their names, and nothing of the app otherwise. */
export function startsOnly(
  runs: readonly { command: string; folder?: string }[],
  keepers: readonly string[],
  view: AppView,
): boolean {
  const { bind } = view;
  return (
    runs.some(({ command }) => restartsOneOf(command, keepers)) &&
    !runs.some(
      ({ command, folder }) =>
        namesAny(`${folder ?? ''} ${command}`, view) ||
        (bind?.kind === 'port' && listensOn(command, bind.port)),
    )
  );
}

/** Whether a script's line runs files of the folder that the script went to before. */
function runsFromFolder(
  { command, folder }: Pick<CronLine, 'command' | 'folder'>,
  { folders }: AppView,
): boolean {
  if (folder === undefined) return false;
  return command.split(/[;&|()]+/).some((part) =>
    runsFilesOf(
      part
        .replace(/^\s*(?:then|do|else|if|!)\s/, '')
        .trim()
        .split(/\s+/),
      folder,
      folders,
    ),
  );
}

const restarts =
  /(?<![\w-])(?:(?:systemctl|service|pm2|supervisorctl|invoke-rc\.d|rc-service)\s(?:[^;&|]*\s)?(?:re)?(?:start|load)|\/etc\/init\.d\/\S+\s+(?:re)?start)(?![\w-])/;

/** Whether a command starts again what one of the names keeps: `supervisorctl restart blog`, `/etc/init.d/blog start`. */
function restartsOneOf(command: string, names: readonly string[]): boolean {
  if (!restarts.test(command) && !/(?<![\w-])service\s+\S+\s+(?:re)?start/.test(command)) return false;
  if (
    /(?<![\w-])(?:supervisorctl|pm2)\s(?:[^;&|]*\s)?(?:re)?start\s+all(?![\w-])/.test(command) &&
    names.length > 0
  )
    return true;
  return names.some((name) => new RegExp(`(?<![\\w.-])${literalPattern(name)}(?![\\w-])`).test(command));
}

function namesAny(text: string, { folders }: AppView): boolean {
  return folders.some((folder) => namesPath(text, folder));
}
