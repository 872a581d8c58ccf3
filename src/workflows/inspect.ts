import type { SurveyInput, SurveyResult } from '../domain/environment/survey.js';
import { firstContact } from './step/policies.js';
import { take } from './step/take.js';

/** A look at a whole server, for its environment document and for `belay init`. Harmless. */
export async function inspect(input: SurveyInput): Promise<SurveyResult> {
  const about = input.path === undefined ? '' : `, ${input.path} above all`;
  return take('survey', `survey ${input.reach.alias}${about}`, input, firstContact);
}
