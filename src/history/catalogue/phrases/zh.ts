import type { StepFailure } from '../../view.js';
import { failuresZh } from '../failures.js';
import { causePhrases, failurePhrases } from './causes.js';
import { phrasebook } from './phrasebook.js';
import { planPhrases } from './plan.js';
import { remedyPhrases } from './remedies.js';
import { evidencePhrases, progressPhrases, summaryPhrases } from './run.js';

const sentences = phrasebook([...causePhrases, ...failurePhrases, ...remedyPhrases]);

/** Sentences of a plan in Chinese. */
export const planBook = phrasebook(planPhrases);

/** What a workflow says of a step's run. */
export const summaryBook = phrasebook([...summaryPhrases, ...planPhrases]);

/** How far a step is. */
export const progressBook = phrasebook([...progressPhrases, ...planPhrases]);

/** What a step proved. */
export const evidenceBook = phrasebook(evidencePhrases);

/** Belay's own sentences in a text, line by line; all others stay as they are. */
export function sayZh(text: string): string {
  return text
    .split('\n')
    .map((line) => sentences(line) ?? line)
    .join('\n');
}

/** A failure: its sentence, or what its type means and its words as they came. */
export function failureZh({ type, message }: StepFailure): string {
  const [first = '', ...rest] = message.split('\n');
  const known = sentences(first);
  if (known !== null) return [known, ...rest.map(sayZh)].join('\n');
  return [isFailureType(type) ? `${failuresZh[type]}。原文：${first}` : first, ...rest.map(sayZh)].join('\n');
}

function isFailureType(type: string): type is keyof typeof failuresZh {
  return Object.hasOwn(failuresZh, type);
}
