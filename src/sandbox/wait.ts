import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks until the answer is not undefined.
 * @param probe is asked again `everyMs` after each answer
 * @returns the answer; undefined when `deadlineMs` went by first
 */
export async function until<T>(
  probe: () => Promise<T | undefined>,
  { deadlineMs, everyMs = 50 }: { deadlineMs: number; everyMs?: number },
): Promise<T | undefined> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined || Date.now() > deadline) return answer;
    await sleep(everyMs);
  }
}
