import type { Facts, Sleeper } from '../../../domain/facts/facts.js';
import { shownArguments } from '../../../domain/secrets/command.js';
import { firstOf, keyValues, type Incomplete, type Section } from '../sections.js';
import { linesOf } from './supervisor.js';

/**
 * What keepers would start of the app: sections `saved-entries <file>` with whose they are and what is said of each entry, and
 * `sleeping-supervisor <configuration>` with a section `sleeping-supervisor-files` of the same.
 * @param touches whether a text is about the app
 */
export function sleeperFacts(
  sections: readonly Section[],
  touches: (text: string) => boolean,
  incomplete: Incomplete,
): Pick<Facts, 'sleepers'> {
  const saved = sections.flatMap((section) =>
    section.name === 'saved-entries' ? savedEntries(section) : [],
  );
  const programs = sections.flatMap((section) =>
    section.name === 'sleeping-supervisor' ? sleepingPrograms(section, sections) : [],
  );
  const isNear = ({ directory, command, port = '' }: Sleeper) =>
    touches(`${directory} ${command.join(' ')} ${port}`);
  const sleepers = [
    ...firstOf(saved.filter(isNear), 100, 'pm2', incomplete, ' saved entries'),
    ...firstOf(programs.filter(isNear), 100, 'supervisor', incomplete, ' programs'),
  ];
  return sleepers.length === 0 ? {} : { sleepers };
}

function savedEntries({ rest: file, body }: Section): Sleeper[] {
  const [head = '', ...entries] = body.split(/^entry$/m);
  const user = keyValues(head).get('owner') ?? '';
  return entries.flatMap((entry): Sleeper[] => {
    const lines = entry.split('\n').flatMap((line): [string, string][] => {
      const at = line.indexOf('=');
      const value = at < 0 ? undefined : textOf(line.slice(at + 1));
      return value === undefined ? [] : [[line.slice(0, at), value]];
    });
    const values = new Map(lines);
    // pm2 brings it back as it was.
    if (values.get('status') === 'stopped') return [];
    const args = lines.flatMap(([key, value]) => (key === 'arg' ? [value] : []));
    const port = values.get('PORT');
    return [
      {
        keeper: 'pm2',
        file,
        user,
        name: values.get('name') ?? '',
        command: shownArguments([values.get('pm_exec_path') ?? '', ...args]).slice(0, 50),
        directory: values.get('pm_cwd') ?? '',
        ...(port !== undefined && { port }),
      },
    ];
  });
}

function sleepingPrograms({ rest: config, body }: Section, sections: readonly Section[]): Sleeper[] {
  const startedBy = [...body.matchAll(/^startedBy=(.{1,200})$/gm)].map(([, name = '']) => name).slice(0, 10);
  const files = sections.find(({ name, rest }) => name === 'sleeping-supervisor-files' && rest === config);
  return linesOf(files?.body ?? '').flatMap(({ file, section, values }): Sleeper[] => {
    const name = /^(?:fcgi-)?program:(.+)$/.exec(section)?.[1];
    const isOff = /^(?:false|no|off|0)$/i.test(values.get('autostart') ?? '');
    if (name === undefined || isOff) return [];
    const command = shownArguments((values.get('command') ?? '').split(/\s+/)).slice(0, 50);
    return [
      { keeper: 'supervisor', file, name, command, directory: values.get('directory') ?? '', startedBy },
    ];
  });
}

/** A text or a number, as JSON has it; undefined for what is none. */
function textOf(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 1000) : undefined;
  } catch {
    return undefined;
  }
}
