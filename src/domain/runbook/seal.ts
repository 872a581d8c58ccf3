/**
 * What the codec of a worker found of a payload's seal. Only `sealed` was made with the codec's key, for this workflow id.
 * `web-ui`: encoded for a dialog of the Web UI, for whatever workflow. `keyless`: nobody asks for a seal here.
 */
export type SealKind =
  'sealed' | 'web-ui' | 'plain' | 'foreign' | 'unbound' | 'forged' | 'unreadable' | 'keyless';

export interface Seal {
  kind: SealKind;
  /** When it was encoded for the Web UI, milliseconds since the epoch. */
  at?: number;
  /** Why it cannot be read here. */
  why?: string;
}

/** In the history of a run that began with a key: from then on only what is sealed counts, whatever keys there are later. */
export const sealedPatch = 'sealed';

/** What became of the seal of the nth signal of a run. */
export interface SignalVerdict {
  signal: number;
  /** Made with the key by belay's own command line; not by a dialog of the Web UI. */
  proven: boolean;
  /** Why it does nothing; null where it counts. */
  refused: string | null;
}

const mark = 'belay:seal';

/** A JSON text that carries what the codec found; a codec that threw would hold the whole workflow up. */
export function withSeal(json: string, seal: Seal): string {
  return `{${JSON.stringify(mark)}:${JSON.stringify(seal)},"value":${json}}`;
}

/** Whether a text could be taken for one that carries a seal. */
export function looksSealed(json: string): boolean {
  // The quote, or an escape of it or of any letter.
  return json.includes('belay:seal') || /\\u00/i.test(json);
}

/** A value as it was before the codec put its seal beside it; without `seal` where it put none. */
export function unwrapped<Value>(given: Value): { value: Value; seal?: Seal } {
  if (typeof given !== 'object' || given === null || !(mark in given)) return { value: given };
  const { [mark]: seal, value } = given as unknown as { [mark]: Seal; value: Value };
  return { value, seal };
}

/** Why something with such a seal does nothing where a key is asked for; null where it counts. */
export function faultOf(seal: Seal): string | null {
  switch (seal.kind) {
    case 'sealed':
    case 'keyless':
      return null;
    case 'web-ui':
      return 'it was encoded for a dialog of the Web UI, which may only send signals';
    case 'plain':
      return 'it is not sealed with the codec’s key';
    case 'foreign':
      return 'it is sealed with the codec’s key, but for another workflow';
    case 'unbound':
      return 'it was sealed by an earlier belay, for whatever workflow';
    case 'forged':
      return 'its seal was not made with the codec’s key';
    case 'unreadable':
      return seal.why ?? 'it cannot be read with the keys that there are';
  }
}
