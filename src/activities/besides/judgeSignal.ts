import { faultOf, unwrapped, type Seal, type SignalVerdict } from '../../domain/runbook/seal.js';

/** What a dialog sends was encoded a moment ago; what somebody kept is good for no other workflow later. */
const dialogMs = 15 * 60 * 1000;

/** Judges the seal of a signal. Taken within the worker that has read it; what it returns stands in the history. */
// eslint-disable-next-line @typescript-eslint/require-await -- as all activities
export async function judgeSignal(given: { signal: number; seal: Seal }): Promise<SignalVerdict> {
  const { signal, seal } = unwrapped(given).value;
  return { signal, proven: seal.kind === 'sealed', refused: refusalOf(seal) };
}

function refusalOf(seal: Seal): string | null {
  if (seal.kind !== 'web-ui') return faultOf(seal);
  const age = Date.now() - (seal.at ?? 0);
  return age < dialogMs ? null : 'it was encoded for a dialog of the Web UI more than 15 minutes ago';
}
