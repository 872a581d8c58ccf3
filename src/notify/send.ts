import type { Destination, Notice } from '../domain/app/channels.js';
import type { Secrets } from './secret.js';

/** What a channel is given for one attempt. */
export interface Delivery {
  secrets: Secrets;
  /** The same in every attempt to deliver this notice here; letters, digits and dashes. */
  delivery: string;
  /** Milliseconds since the epoch. */
  now: number;
  /** Ends the attempt. */
  signal: AbortSignal;
}

/**
 * Tells one channel: one file a kind.
 * @throws NotifyError
 */
export type Send<Kind extends Destination['kind']> = (
  to: Extract<Destination, { kind: Kind }>,
  notice: Notice,
  delivery: Delivery,
) => Promise<void>;
