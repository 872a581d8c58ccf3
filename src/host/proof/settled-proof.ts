import { setTimeout as sleep } from 'node:timers/promises';
import type { Proof } from './process-proof.js';

const deadlineMs = 1500;
const everyMs = 100;

/**
 * Looks again for a moment while something speaks against what listens: a master that forks its workers, or a process
 * that is just ending, may be seen half way. A restart stays one, and where nothing listens yet there is nothing to settle.
 */
export async function settledProof(
  prove: () => Promise<Proof>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Proof> {
  const started = performance.now();
  for (;;) {
    const proof = await prove();
    const { faults, seen, state } = proof;
    const final = faults.length === 0 || seen.listeners.length === 0 || state.restarts > 0;
    if (final || performance.now() - started > deadlineMs) return proof;
    await sleep(everyMs, undefined, { signal });
  }
}
