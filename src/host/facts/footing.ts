import type { Facts } from '../../domain/facts/facts.js';
import type { Footing } from '../../domain/facts/footing.js';
import { bodyOf, keyValues, wholeNumber, type Section } from './sections.js';

/** More are not proved unchanged one by one: the host is looked at again. */
const mostFiles = 400;
const longest = 1000;

/** The kernel stamps files by a clock that goes in steps of up to ten milliseconds. */
const stampSeconds = 0.02;

/** Sections `footing`, `daemons` and `unit-states`, and the files that the others name; nothing where the host could not tell. */
export function footingFacts(
  sections: readonly Section[],
  { app, processes }: Pick<Facts, 'app' | 'processes'>,
): { footing?: Footing } {
  const body = bodyOf(sections, 'footing') ?? '';
  const values = keyValues(body);
  const since = Number(values.get('since'));
  const ahead = wholeNumber(values.get('ahead'));
  const parts = body.split('\n').filter((line) => /^[a-z]+ [0-9a-f]{64}$/.test(line));
  const files = filesOf(sections);
  if (parts.length === 0 || !(since > 0) || ahead === undefined || files === undefined) return {};
  const units = (bodyOf(sections, 'unit-states') ?? '').split('\n').filter((line) => line !== '');
  const unitStates = units.pop()?.split(' ')[0] ?? '';
  return {
    footing: {
      since: (since - stampSeconds).toFixed(3),
      ahead,
      real: app.realPath,
      parts,
      daemons: linesOf(sections, 'daemons').flatMap((line) => wholeNumber(line) ?? []),
      holders: processes.map(({ pid, startTicks }) => `${pid} ${startTicks}`),
      files,
      units,
      unitStates,
    },
  };
}

/** Each with its folder, in whose time one shows that was taken away. Undefined where they are too many, or one cannot be told as a line. */
function filesOf(sections: readonly Section[]): string[] | undefined {
  const found = new Set(sections.flatMap(namedBy).filter((file) => file.startsWith('/')));
  for (const file of [...found]) found.add(file.replace(/\/[^/]*$/, '') || '/');
  const files = [...found];
  return files.length > mostFiles || files.some((file) => file.length > longest || file.includes('\r'))
    ? undefined
    : files.sort();
}

function namedBy({ name, rest, body }: Section): string[] {
  const lines = body.split('\n');
  switch (name) {
    // A number, and the file that it is of.
    case 'nginx-sizes':
    case 'nginx-times':
      return lines.map((line) => line.replace(/^\d+ /, ''));
    case 'certificate':
    case 'cron-script':
    case 'script':
    case 'user-unit':
      return [rest];
    case 'supervisor-files':
      return lines.map((line) => line.split('\t')[0] ?? '');
    case 'pm2':
      return [`${lines[0] ?? ''}/dump.pm2`];
    case 'timer':
      return lines.flatMap((line) => line.match(/\/[\w./-]+/g) ?? []);
    case 'units':
      return lines.flatMap((line) => {
        const [, value = ''] = /^(?:EnvironmentFiles|FragmentPath|DropInPaths)=(.*)$/.exec(line) ?? [];
        return value.split(' ');
      });
    default:
      return [];
  }
}

function linesOf(sections: readonly Section[], name: string): string[] {
  return (bodyOf(sections, name) ?? '').split('\n');
}
