import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { findingCatalogue } from '../domain/findings/catalogue.js';
import type { FindingKind } from '../domain/findings/kind.js';
import { text } from './values.js';

const kinds: Readonly<Record<string, FindingKind>> = findingCatalogue;
const warnings = Object.keys(kinds).filter(
  (id) => kinds[id]?.judges === true && (kinds[id].severity === 'warn' || kinds[id].or?.warn !== undefined),
);

/** Ids of warnings, each with the reason why it is accepted. One that no finding has would accept nothing, unnoticed. */
export const acknowledge = z
  .record(
    text('a finding’s id such as nginx.no-https', /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, 100).superRefine(
      (id, context) => {
        if (warnings.includes(id)) return;
        context.addIssue({
          code: 'custom',
          message: Object.hasOwn(kinds, id)
            ? `a warning’s id, and ${id} is none: what blocks cannot be accepted, what is only told need not be`
            : `the id of a warning${suggested(id)}`,
        });
      },
    ),
    text('the reason why this warning is accepted', /\S/, 500),
    { error: 'a map of finding ids, each with the reason why it is accepted' },
  )
  .default({})
  .describe('Warnings that are accepted, each with its reason.');

/** Those that may have been meant: written nearly so, else of the same family. */
function suggested(id: string): string {
  const near = warnings
    .map((other) => ({ other, far: distance(id, other) }))
    .filter(({ other, far }) => far <= Math.max(2, other.length / 3))
    .sort((a, b) => a.far - b.far)
    .map(({ other }) => other);
  const family = warnings.filter((other) => other.startsWith(`${id.split('.')[0] ?? ''}.`));
  const meant = (near.length > 0 ? near : family).slice(0, 3);
  return meant.length === 0 ? ' (docs/FINDINGS.md has them all)' : ` such as ${meant.join(', ')}`;
}
