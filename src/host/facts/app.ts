import type { AppFacts, FenceFacts, KeptBefore } from '../../domain/facts/facts.js';
import { redact } from '../../domain/secrets/text.js';
import { bodyOf, keyValues, wholeNumber, type Section, type Unreadable } from './sections.js';

const kinds = ['absent', 'directory', 'symlink', 'mount', 'other'] as const;

/**
 * The app's path and belay's folder beside it.
 *
 * @param belay belay's folder, `<path>.belay`
 */
export function appFacts(
  sections: readonly Section[],
  path: string,
  belay: string,
  unreadable: Unreadable,
): AppFacts {
  const values = keyValues(bodyOf(sections, 'app'));
  const kind = kinds.find((one) => one === values.get('kind'));
  if (kind === undefined)
    unreadable.push({ fact: 'app.kind', why: `what ${path} is could not be found out` });
  const realPath = values.get('real') ?? path;
  const userExists = values.get('userExists');
  const facts: AppFacts = {
    kind: kind ?? 'other',
    realPath,
    parentWritable: values.get('writable') === 'yes',
    releases: releases(sections, unreadable),
    fence: fence(sections, unreadable),
    state: stateFacts(sections),
  };
  const target = values.get('target');
  const owner = values.get('owner');
  if (target !== undefined) facts.target = target;
  if (owner !== undefined && owner !== '') facts.owner = owner;
  if (userExists !== undefined) facts.userExists = userExists === 'yes';
  if (kind === 'symlink') facts.active = releaseOf(realPath, target ?? '', belay);
  const replaced = replacedBy(sections);
  if (facts.active !== undefined && replaced !== undefined) facts.replaced = replaced;
  const files = Object.fromEntries(
    (['start', 'environment', 'unit', 'entry', 'keeper'] as const).flatMap((file) => {
      const sum = /^[0-9a-f]{64}\b/.exec(bodyOf(sections, `active-${file}`) ?? '')?.[0];
      return sum === undefined ? [] : [[file, sum] as const];
    }),
  );
  if (Object.keys(files).length > 0) facts.activeFiles = files;
  return facts;
}

/** The release that served before the active one. */
export function replacedBy(sections: readonly Section[]): string | undefined {
  return bodyOf(sections, 'replaced')?.trim() || undefined;
}

/** Which of belay's releases a path leads to; by the link's own text too, as a parent may itself be reached by a link. */
export function releaseOf(realPath: string, target: string, belay: string): string | undefined {
  const name = belay.slice(belay.lastIndexOf('/') + 1);
  for (const path of [realPath, target]) {
    const match = /(?:^|\/)([^/]+)\/releases\/([^/]+)\/tree\/?$/.exec(path);
    if (match?.[1] === name) return match[2];
  }
  return undefined;
}

/** Where belay keeps its own for the path, and whether it can be believed. */
function stateFacts(sections: readonly Section[]): NonNullable<AppFacts['state']> {
  const values = keyValues(bodyOf(sections, 'state'));
  const [fault, app] = [values.get('fault'), values.get('app')];
  const namesake = (bodyOf(sections, 'namesakes') ?? '').split('\n').find((line) => line !== '');
  return {
    folder: values.get('folder') ?? '',
    ...(fault === undefined
      ? {}
      : { fault: fault === 'newer' ? fault : 'damaged', why: values.get('why') ?? '' }),
    ...(app === undefined ? {} : { app }),
    ...(namesake === undefined ? {} : { namesake }),
  };
}

function releases(sections: readonly Section[], unreadable: Unreadable): AppFacts['releases'] {
  const found = sections.flatMap(({ name, rest, body }) => {
    if (name !== 'release') return [];
    try {
      const record = JSON.parse(body) as unknown;
      if (typeof record !== 'object' || record === null) throw new Error('not an object');
      const text = (key: string) => {
        const value = (record as Record<string, unknown>)[key];
        return typeof value === 'string' ? value : undefined;
      };
      const [digest, commit] = [text('digest'), text('commit')];
      const before = keptBefore(sections, rest);
      return [
        {
          release: rest,
          outcome: text('outcome') ?? 'unknown',
          when: text('when') ?? '',
          ...(digest === undefined ? {} : { digest }),
          ...(commit === undefined ? {} : { commit }),
          ...(before && { before }),
        },
      ];
    } catch (error) {
      unreadable.push({
        fact: `release ${rest}`,
        why: `its release.json is no JSON: ${(error as Error).message}`,
      });
      return [];
    }
  });
  return found.sort((a, b) => (a.release < b.release ? -1 : 1));
}

function keptBefore(sections: readonly Section[], release: string): KeptBefore | undefined {
  const section = sections.find(({ name, rest }) => name === 'before' && rest === release);
  const [number = '', ...labels] = (section?.body ?? '').split('\n').filter((line) => line !== '');
  return /^\d{1,9}$/.test(number) && labels.length > 0
    ? { number: Number(number), labels: labels.map(redact).slice(0, 20) }
    : undefined;
}

function fence(sections: readonly Section[], unreadable: Unreadable): FenceFacts | null {
  const values = keyValues(bodyOf(sections, 'owner'));
  if (values.size === 0) return null;
  const number = wholeNumber(values.get('number'));
  if (number === undefined) {
    unreadable.push({ fact: 'app.fence', why: 'belay’s file `owner` on the host names no number' });
    return null;
  }
  return {
    number,
    deployment: values.get('deployment') ?? '',
    by: values.get('by') ?? '',
    since: wholeNumber(values.get('since')) ?? 0,
    renewed: wholeNumber(values.get('renewed')) ?? 0,
    state: values.get('state') === 'held' ? 'held' : 'free',
    running: values.get('running') === 'yes',
    ...recovered(values),
  };
}

function recovered(values: ReadonlyMap<string, string>): Pick<FenceFacts, 'recovered'> {
  const at = wholeNumber(values.get('recovered'));
  if (at === undefined) return {};
  return {
    recovered: { at, by: values.get('recovered_by') ?? '', why: values.get('recovered_why') ?? '' },
  };
}
