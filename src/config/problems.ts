import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import type { Path, Source, Spot } from './document.js';
import type { Problem } from './error.js';
import { keysAt } from './json-schema.js';
import { reserved } from './schema.js';

/**
 * What zod found, as a person reads it: where, what was expected, what came, and for an unknown key the nearest known one.
 * `under`: where these settings stand first of all (`environments.production`); what is not there stands at the top.
 */
export function explain(
  issues: readonly z.core.$ZodIssue[],
  source: Source,
  value: unknown,
  under: Path,
): Problem[] {
  const find = (path: Path): Spot | null => source.find([...under, ...path]) ?? source.find(path);
  const parent = (path: Path): Spot => {
    for (let length = path.length - 1; length > 0; length -= 1) {
      const spot = find(path.slice(0, length));
      if (spot) return spot;
    }
    return source.find(under) ?? { value: { line: 1, column: 1 } };
  };

  return issues.flatMap(branches(value)).flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const spot = find([...issue.path, key]) ?? parent(issue.path);
        return { ...(spot.key ?? spot.value), message: unknownKey(issue.path, key, under) };
      });
    }
    const spot = find(issue.path);
    if (issue.code === 'invalid_key') {
      const expected = issue.issues[0]?.message ?? issue.message;
      const key = String(issue.path.at(-1));
      const { line, column } = spot?.key ?? spot?.value ?? parent(issue.path).value;
      return [
        {
          line,
          column,
          message: `${dotted(issue.path.slice(0, -1))}: expected ${expected}; got ${shown(key)}`,
        },
      ];
    }
    const where = dotted(issue.path);
    if (!spot)
      return [{ ...parent(issue.path).value, message: `${where} is missing: expected ${issue.message}` }];
    return [
      { ...spot.value, message: `${where}: expected ${issue.message}; got ${came(value, issue.path, spot)}` },
    ];
  });
}

/** A map or a list that is one of several kinds of value is explained as what it was meant to be. */
function branches(value: unknown): (issue: z.core.$ZodIssue) => z.core.$ZodIssue[] {
  return (issue) => {
    const here = at(value, issue.path);
    if (issue.code !== 'invalid_union' || typeof here !== 'object' || here === null) return [issue];
    const meant = issue.errors.find((errors) =>
      errors.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
    );
    if (meant === undefined || meant.length === 0) return [issue];
    return meant
      .map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
      .flatMap(branches(value));
  };
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, part) => (inner as Record<PropertyKey, unknown> | undefined)?.[part],
    value,
  );
}

function unknownKey(path: Path, key: string, under: Path): string {
  if (path.length === 0 && key in reserved) return String(reserved[key]);
  const known = keysAt(path);
  const nearest = closest(key, known);
  const near = distance(key, nearest) <= Math.max(2, key.length / 3);
  const where = path.length > 0 ? ` in ${dotted(path)}` : under.length > 0 ? ` in ${dotted(under)}` : '';
  return `unknown key ${key}${where}; ${near ? `did you mean ${nearest}?` : `known are ${known.join(', ')}`}`;
}

function dotted(path: Path): string {
  if (path.length === 0) return 'this file';
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

function came(value: unknown, path: Path, spot: Spot): string {
  const here = at(value, path);
  if (here === null) return 'nothing';
  if (Array.isArray(here))
    return here.length === 0 ? 'an empty list' : here.length === 1 ? 'a list' : `a list of ${here.length}`;
  if (typeof here === 'object') return 'a map';
  if (typeof here === 'string') return shown(here);
  const written = spot.source ?? JSON.stringify(here);
  const kind = typeof here === 'boolean' ? 'a truth value' : 'a number';
  const quote = path.length === 2 && path[0] === 'env' ? `: write ${String(path[1])}: "${written}"` : '';
  return `${written}${quote === '' ? '' : `, which YAML takes for ${kind}${quote}`}`;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
