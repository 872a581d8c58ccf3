import type { App } from '../app/app.js';
import type { GivenFacts } from '../facts/facts.js';
import type { Finding } from '../findings/finding.js';
import { keyOf, textOf } from './given-text.js';

/** What the process that serves has, and the release had not in its rehearsal. */
export interface Measured {
  /** By name. */
  variables: string[];
  given: GivenFacts[];
}

/** What one process was seen to have. */
export interface Had {
  /** Names of variables; absent where they could not be read. */
  variables?: readonly string[];
  given: readonly GivenFacts[];
  /** The file that it runs, links resolved. */
  program?: string;
}

/** What any of the processes that serve has, and none of those that were rehearsed. */
export function measuredLoss(serving: readonly Had[], rehearsed: readonly Had[]): Measured {
  const later = new Set(rehearsed.flatMap(({ variables = [] }) => variables));
  // Without an answer nothing is known to be lost.
  const isRead = rehearsed.some(({ variables }) => variables !== undefined);
  const variables = isRead
    ? serving.flatMap(({ variables: names = [] }) => names).filter((name) => !later.has(name))
    : [];
  const has = rehearsed.flatMap(({ given }) => given);
  const lost = serving
    .flatMap(({ given }) => given)
    .flatMap((one): GivenFacts[] => {
      const same = has.filter(({ what, name }) => what === one.what && name === one.name);
      if (same.some(({ now }) => now === one.now || isMore(one, now))) return [];
      return [{ ...one, usual: same[0]?.now ?? one.usual }];
    });
  const all = [...lost, ...otherPrograms(serving, rehearsed)];
  return {
    variables: [...new Set(variables)].sort(),
    given: [...new Map(all.map((one) => [textOf(one), one])).values()],
  };
}

/** A limit that was raised is no loss. */
function isMore({ what, now }: GivenFacts, later: string): boolean {
  return what === 'limit' && now !== 'unlimited' && (later === 'unlimited' || Number(later) > Number(now));
}

/** The same kind of program from elsewhere, such as another version of Node. */
function otherPrograms(serving: readonly Had[], rehearsed: readonly Had[]): GivenFacts[] {
  const programs = new Set(rehearsed.flatMap(({ program }) => program ?? []));
  return serving.flatMap(({ program }): GivenFacts[] => {
    if (program === undefined || programs.has(program)) return [];
    const other = [...programs].find((one) => kindOf(one) === kindOf(program));
    return other === undefined ? [] : [{ what: 'interpreter', name: 'program', now: program, usual: other }];
  });
}

/** `/usr/bin/python3.11` is a python. */
function kindOf(program: string): string {
  return program.replace(/^.*\//, '').replace(/[-\d.]+$/, '');
}

/**
 * What of it the plan did not say, and belay.yml does not accept, as a person reads it: a line each.
 * @param findings of the plan
 */
export function unsaid(
  { variables, given }: Measured,
  findings: readonly Finding[],
  { acknowledge }: Pick<App, 'acknowledge'>,
): string[] {
  const lines = (id: string) =>
    findings.filter((finding) => finding.id === id).flatMap(({ evidence }) => evidence.split('\n'));
  const names = lines('app.variables-lost');
  const settings = lines('app.settings-lost');
  return [
    ...('app.variables-lost' in acknowledge ? [] : variables)
      .filter((name) => !names.includes(name))
      .map((name) => `the variable ${name}`),
    ...('app.settings-lost' in acknowledge ? [] : given)
      .filter((one) => !settings.some((line) => isSaidBy(line, one)))
      .map(textOf),
  ];
}

/** By what it is and its name, whatever it was reckoned to become; or as a setting of its keeper's. */
function isSaidBy(line: string, one: GivenFacts): boolean {
  const key = keyOf(one.what, one.name);
  const [before = ''] = textOf(one).split(', then');
  return line.startsWith(before) || (key !== '' && new RegExp(`: .*\\b(?:${key})\\b`).test(line));
}
