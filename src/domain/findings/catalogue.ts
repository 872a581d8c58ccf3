import type { Severity } from './kind.js';
import { filesKinds } from './kinds-files.js';
import { hostKinds } from './kinds-host.js';
import { keepersKinds } from './kinds-keepers.js';
import { servingKinds } from './kinds-serving.js';
import { sourceKinds } from './kinds-source.js';

/**
 * Every finding that belay can have, by its stable id `family.name`: the one place of its severity and meaning, and what
 * docs/FINDINGS.md is made of.
 */
export const findingCatalogue = {
  ...servingKinds,
  ...filesKinds,
  ...keepersKinds,
  ...sourceKinds,
  ...hostKinds,
};

/** `nginx.no-https`: what findings are called, and acknowledged by. */
export type FindingId = keyof typeof findingCatalogue;

type Kind<Id extends FindingId> = (typeof findingCatalogue)[Id];

/** The severities that a finding may have. */
export type SeverityOf<Id extends FindingId> =
  Kind<Id>['severity'] | (Kind<Id> extends { or: infer Or } ? Extract<keyof Or, Severity> : never);

/** The beginning of an id: what the finding is about. */
export type FindingFamily = FindingId extends `${infer Family}.${string}` ? Family : never;
