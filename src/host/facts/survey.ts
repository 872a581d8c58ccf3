import { variablesOf } from './variables.js';
import type { Survey, TimerFacts } from '../../domain/environment/survey.js';
import { belayFolder } from '../../domain/app/release.js';
import type { HostSession } from '../types.js';
import { appFacts } from './app.js';
import { certificateFacts } from './certificates.js';
import { cronFacts } from './keepers/cron.js';
import { folderFacts } from './folders.js';
import { atJobs } from './keepers/at.js';
import { containerFacts, machineFacts } from './machine.js';
import { supervisorFacts } from './keepers/supervisor.js';
import { believable, doubtFacts } from './doubts.js';
import { nginxFacts } from './nginx/nginx.js';
import { pm2Facts } from './keepers/pm2.js';
import { processFacts } from './processes.js';
import { askSections, withoutSecrets } from './read.js';
import { bodyOf, keyValues, type Section, type Unreadable } from './sections.js';
import { listenerFacts } from './sockets.js';
import { bootTime, lackOfRights, systemFacts, toolFacts } from './system.js';
import { unitFacts } from './keepers/units.js';

/** What is to be looked at besides the server itself. */
export interface SurveySubject {
  /** An app's path. */
  path?: string;
  /** Whether the folders that servers work in are listed. */
  folders?: boolean;
}

const textLimit = 1000;

/**
 * Reads a whole server in one round trip; nothing is changed and nothing is started there.
 *
 * @throws HostError where the connection fails, or the script ended before its end. Whatever it could not read is an
 * entry in `unreadable`.
 */
export async function readSurvey(
  session: HostSession,
  subject: SurveySubject,
  signal?: AbortSignal,
): Promise<Survey> {
  const { path = '', folders = false } = subject;
  const asked = {
    path,
    ...(path !== '' && { belay: belayFolder(path) }),
    ...(folders && { folders: 'too' }),
  };
  return surveyOf(await askSections(session, 'survey', asked, signal), subject);
}

/** A survey from the sections that survey.sh printed, whatever bytes they hold. */
export function surveyOf(sections: readonly Section[], { path }: SurveySubject): Survey {
  const unreadable: Unreadable = [];
  const system = systemFacts(sections, unreadable);
  unreadable.push(...lackOfRights(system));
  const bootedAt = bootTime(sections);
  const processes = processFacts(sections, system.bootId);
  const clock = { booted: bootedAt, now: system.now, clockTicks: system.clockTicks };
  const nginx = nginxFacts(sections, believable(processes, system), clock, unreadable);
  const sockets = new Set(
    (nginx?.servers ?? []).flatMap(({ locations }) =>
      locations.flatMap(({ backends }) =>
        backends.flatMap((backend) => (backend.kind === 'unix' ? [backend.path] : [])),
      ),
    ),
  );
  return {
    system,
    machine: machineFacts(sections, bootedAt ?? 0),
    tools: toolFacts(sections),
    listeners: listenerFacts(sections, (socket) => sockets.has(socket), unreadable),
    processes: processes.map((process) => ({
      ...process,
      command: shown(process.command),
      ...variablesOf(process.pid, sections),
    })),
    nginx,
    ...doubtFacts(sections),
    certificates: certificateFacts(sections),
    pm2: pm2Facts(sections, unreadable).map((daemon) => ({
      ...daemon,
      entries: daemon.entries.map((entry) => ({ ...entry, args: shown(entry.args) })),
    })),
    cron: cronFacts(sections, () => false).map((line) => ({
      ...line,
      text: cut(line.text),
      command: cut(line.command),
    })),
    units: unitFacts(sections, unreadable).map((unit) => ({
      ...unit,
      execStart: cut(unit.execStart),
    })),
    timers: timers(bodyOf(sections, 'timers')),
    supervisors: supervisorFacts(sections, unreadable),
    at: atJobs(sections),
    containers: containerFacts(sections),
    folders: folderFacts(sections),
    unreadable: withoutSecrets(unreadable),
    ...(path === undefined ? {} : { app: appFacts(sections, path, belayFolder(path), unreadable) }),
  };
}

/** A command line, bounded. */
function shown(command: readonly string[]): string[] {
  let left = textLimit;
  return command
    .map((argument) => {
      const text = argument.slice(0, Math.max(0, left));
      left -= text.length;
      return text;
    })
    .slice(0, 100);
}

function cut(text: string): string {
  return text.length > textLimit ? `${text.slice(0, textLimit)}…` : text;
}

/** Blocks of `systemctl show`, a blank line between two. */
function timers(body: string | undefined): TimerFacts[] {
  return (body ?? '').split(/\n{2,}/).flatMap((block): TimerFacts[] => {
    const values = keyValues(block);
    const timer = values.get('Id');
    if (timer === undefined || values.get('LoadState') !== 'loaded') return [];
    return [
      {
        timer,
        starts: values.get('Triggers') ?? '',
        active: values.get('ActiveState') ?? '',
        enabled: values.get('UnitFileState') ?? '',
        fragmentPath: values.get('FragmentPath') ?? '',
        schedule: schedulesOf(block),
      },
    ];
  });
}

/** `TimersCalendar={ OnCalendar=*-*-* 03:00:00 ; next_elapse=… }`, `TimersMonotonic={ OnBootUSec=15min ; … }`. */
function schedulesOf(block: string): string {
  return [...block.matchAll(/^Timers(?:Calendar|Monotonic)=\{ (On\w+?)(?:USec)?=(.*?) ; /gm)]
    .map(([, event = '', when = '']) => (event === 'OnCalendar' ? when : `${event} ${when}`))
    .join(', ');
}
