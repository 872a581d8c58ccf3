import type { ProcessFacts } from '../../domain/facts/facts.js';
import { shownArguments } from '../../domain/secrets/command.js';
import { bodyOf, wholeNumber, type Section } from './sections.js';
import { givenOf, variablesOf } from './variables.js';

/**
 * The processes that inspect.sh chose. One that ended while it was looked at is left out.
 *
 * @param bootId stands, on a line of its own, between the files of one process
 */
export function processFacts(sections: readonly Section[], bootId: string): ProcessFacts[] {
  const cwds = byFolder(bodyOf(sections, 'cwd'));
  const owners = byFolder(bodyOf(sections, 'owners'));
  const releases = new Map(
    (bodyOf(sections, 'environ') ?? '').split('\n').flatMap((line) => {
      const match = /^(\/proc\/\d+)\/environ:BELAY_RELEASE=([0-9A-Za-z-]+)$/.exec(line);
      return match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2]] as const];
    }),
  );
  const hostRoot = /^\/ (.*)$/m.exec(bodyOf(sections, 'roots') ?? '')?.[1];
  const roots = byFolder(bodyOf(sections, 'roots')?.replaceAll('/root/ ', ' '));
  return sections.flatMap(({ name, rest, body }): ProcessFacts[] => {
    const pid = wholeNumber(rest);
    if (name !== 'process' || pid === undefined) return [];
    const [stat = '', cgroup = '', ...command] = body.split(`${bootId}\n`);
    const numbers = statNumbers(stat);
    if (numbers === null) return [];
    const folder = `/proc/${pid}`;
    const release = releases.get(folder);
    const root = roots.get(folder);
    return [
      {
        pid,
        ...numbers,
        user: owners.get(folder) ?? '',
        command: shownArguments(argumentsOf(command.join(`${bootId}\n`))),
        cwd: (cwds.get(folder) ?? '').replace(/ \(deleted\)$/, ''),
        cgroup: systemdPath(cgroup),
        ...(release === undefined ? {} : { release }),
        ...variablesOf(pid, sections),
        ...givenOf(pid, sections),
        ...(root !== undefined && root !== hostRoot ? { contained: true as const } : {}),
      },
    ];
  });
}

/** Fields 4, 22 and 24 of /proc/PID/stat (proc(5)); the name, field 2, may hold anything, so they are counted after it. */
function statNumbers(stat: string): Pick<ProcessFacts, 'parent' | 'startTicks' | 'residentPages'> | null {
  const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
  const parent = wholeNumber(fields[1]);
  const startTicks = wholeNumber(fields[19]);
  const residentPages = wholeNumber(fields[21]);
  if (parent === undefined || startTicks === undefined) return null;
  return { parent, startTicks, ...(residentPages === undefined ? {} : { residentPages }) };
}

/** A process that rewrote its title leaves one argument, followed by zeros. */
function argumentsOf(cmdline: string): string[] {
  const text = cmdline.replace(/\0+$/, '');
  return text === '' ? [] : text.split('\0');
}

/** systemd's own hierarchy: `N:name=systemd:PATH` with cgroups v1 or both, else `0::PATH`. */
function systemdPath(cgroup: string): string {
  const named = /^\d+:name=systemd:(.*)$/m.exec(cgroup)?.[1];
  return named ?? /^0::(.*)$/m.exec(cgroup)?.[1] ?? '';
}

function byFolder(body: string | undefined): Map<string, string> {
  return new Map(
    (body ?? '').split('\n').flatMap((line) => {
      const match = /^(\/proc\/\d+) (.*)$/.exec(line);
      return match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2]] as const];
    }),
  );
}
