import { ApplicationFailure, proxyActivities, sleep, type RetryPolicy } from '@temporalio/workflow';
import type { Activities } from '../../domain/runbook/activities.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { faultOf, unwrapped } from '../../domain/runbook/seal.js';
import { isSealed } from './admission.js';
import { isNeverBegun } from './cause.js';
import { policyOf } from './policies.js';

type Input<Name extends keyof Activities> = Parameters<Activities[Name]>[0];
type Output<Name extends keyof Activities> = Awaited<ReturnType<Activities[Name]>>;

const activities = proxyActivities<Activities>({ startToCloseTimeout: '5 minutes' });

/** The Web UI shows summaries of up to 400 bytes. */
const summaryBytes = 380;

/** So often a step is taken anew because its result was not a worker's with the key; a person has to see to that. */
const mostForged = 20;
/** Between two rounds of attempts that only workers had which were not fit for the step. */
const unfitPause = '5 seconds';

/**
 * Takes one step of the runbook, or what is done besides: schedules its activity under its policy.
 * @param summary what a person reads in the history, such as `upload 5 of 214 files, 31 kB`
 * @param retry what of the step's retry policy is different this time
 * @throws ActivityFailure
 */
export async function take<Name extends keyof Activities>(
  name: Name,
  summary: string,
  input: Input<Name>,
  retry?: RetryPolicy,
): Promise<Output<Name>> {
  const activity = activities[name] as unknown as {
    executeWithOptions(options: object, args: [Input<Name>]): Promise<Output<Name>>;
  };
  const options = { ...policyOf(name, retry), summary: cut(summary) };
  for (let forged = 0; ;) {
    try {
      const { value, seal } = unwrapped(await activity.executeWithOptions(options, [input]));
      const fault = seal && isSealed() ? faultOf(seal) : null;
      if (fault === null) return value;
      forged += 1;
      if (forged === mostForged)
        throw ApplicationFailure.nonRetryable(
          `${name}: its result does nothing, ${forged} times: ${fault}. Somebody without the key answers for the workers`,
          failureTypes.verification,
        );
    } catch (error) {
      if (!isNeverBegun(error)) throw error;
    }
    // Its attempts are not what is used up by a worker that lacks the key: it is taken once one is there that has it.
    await sleep(unfitPause);
  }
}

function cut(text: string): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > summaryBytes - 3) return `${text.slice(0, end)}…`;
    end += character.length;
  }
  return text;
}
