import { sealedPatch, type SignalVerdict } from '../domain/runbook/seal.js';
import { firstValue, type Decode, type HistoryEvent } from './events.js';
import { fields } from './shape.js';

/** What a history says of the seals of its run. */
export interface SealedRun {
  /** Whether it began with a key: then only what is sealed with it counts. */
  sealed: boolean;
  /** What became of the nth signal; without one no worker has judged it yet. */
  verdicts: ReadonlyMap<number, SignalVerdict>;
}

/** Reads the patch by which a run is sealed, and the verdicts on its signals: markers both. */
export function sealedRun(events: readonly HistoryEvent[], decode: Decode): SealedRun {
  const verdicts = new Map<number, SignalVerdict>();
  let sealed = false;
  for (const { markerRecordedEventAttributes: marker } of events) {
    if (!marker) continue;
    const details = marker.details ?? {};
    if (marker.markerName === 'core_patch')
      sealed ||= Object.values(details).some((each) => idOf(firstValue(each, decode)) === sealedPatch);
    const verdict = asVerdict(firstValue(details['result'], decode));
    if (verdict !== null) verdicts.set(verdict.signal, verdict);
  }
  return { sealed, verdicts };
}

function idOf(data: unknown): unknown {
  return fields(data)['id'];
}

function asVerdict(given: unknown): SignalVerdict | null {
  const { signal, proven, refused } = fields(given);
  if (typeof signal !== 'number' || typeof proven !== 'boolean') return null;
  return { signal, proven, refused: typeof refused === 'string' ? refused : null };
}
