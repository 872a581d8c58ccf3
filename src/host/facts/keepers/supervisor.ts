import type { SupervisorFacts, SupervisorProgram } from '../../../domain/facts/facts.js';
import { shownCommand } from '../../../domain/secrets/command.js';
import { bodyOf, firstOf, wholeNumber, type Incomplete, type Section, type Unreadable } from '../sections.js';

const programLimit = 200;

/** What a program's section of the configuration says, by key; with the file and the section's name. */
export interface Lines {
  file: string;
  section: string;
  values: Map<string, string>;
}

/**
 * What each living supervisord keeps: a section `supervisor <pid>` with its configuration, the path of supervisorctl and
 * what `supervisorctl status` printed, and a section `supervisor-files <pid>` with what the configuration says.
 */
export function supervisorFacts(
  sections: readonly Section[],
  unreadable: Unreadable,
  incomplete: Incomplete = [],
): SupervisorFacts[] {
  return sections.flatMap(({ name, rest, body }): SupervisorFacts[] => {
    if (name !== 'supervisor') return [];
    const [config = '', command = '', ...status] = body.split('\n');
    const own = sections.filter((section) => section.name === 'supervisor-files' && section.rest === rest);
    const written = linesOf(bodyOf(own, 'supervisor-files') ?? '');
    const all = status.flatMap((line) => program(line, written));
    const programs = firstOf(all, programLimit, 'supervisor', incomplete, ' programs');
    const said = status.filter((line) => line.trim() !== '');
    if (programs.length === 0 && said.length > 0)
      unreadable.push({ fact: 'supervisor', why: said.join(' ').trim().slice(0, 300) });
    return [{ pid: wholeNumber(rest) ?? 0, config, command, programs }];
  });
}

/** `words   RUNNING   pid 812, uptime 0:03:41`; `web:words_00   STOPPED   Nov 24 09:00 AM`. */
function program(line: string, written: readonly Lines[]): SupervisorProgram[] {
  const match =
    /^(\S+)\s+(RUNNING|STARTING|BACKOFF|STOPPED|STOPPING|EXITED|FATAL|UNKNOWN)\b(?:\s+pid (\d+))?/.exec(line);
  const [, name = '', state = '', pid] = match ?? [];
  if (match === null) return [];
  const lines = sectionOf(name, written);
  return [
    {
      name,
      state,
      pid: wholeNumber(pid) ?? 0,
      command: shownCommand(lines?.values.get('command') ?? '').slice(0, 1000),
      directory: lines?.values.get('directory') ?? '',
      atBoot: !/^(?:false|no|off|0)$/i.test(lines?.values.get('autostart') ?? ''),
      ...(lines && { file: lines.file, section: lines.section, ...settingsOf(lines) }),
    },
  ];
}

const settingNames = ['autorestart', 'stopsignal', 'stopwaitsecs', 'exitcodes', 'numprocs'];

function settingsOf({ values }: Lines): Pick<SupervisorProgram, 'settings'> {
  const settings = settingNames.flatMap((name) => {
    const value = values.get(name);
    return value === undefined ? [] : [`${name} ${value.slice(0, 100)}`];
  });
  return settings.length === 0 ? {} : { settings };
}

/** `group:process` is of the program that is called like the process, else like the group; each is known by one file. */
function sectionOf(name: string, written: readonly Lines[]): Lines | undefined {
  const candidates = name.split(':').reverse();
  for (const candidate of candidates) {
    const found = written.filter(
      ({ section }) => /^[\w-]*program:/.test(section) && section.endsWith(`:${candidate}`),
    );
    if (found.length > 0) return found.length === 1 ? found[0] : undefined;
  }
  return undefined;
}

/** Lines `file TAB section TAB key TAB value`; one without a key begins a section. */
export function linesOf(body: string): Lines[] {
  const found = new Map<string, Lines>();
  for (const line of body.split('\n')) {
    const [file = '', section, key, ...value] = line.split('\t');
    if (section === undefined) continue;
    const id = `${file}\t${section}`;
    const lines = found.get(id) ?? { file, section, values: new Map<string, string>() };
    if (key !== undefined && key !== '') lines.values.set(key, value.join('\t'));
    found.set(id, lines);
  }
  return [...found.values()];
}
