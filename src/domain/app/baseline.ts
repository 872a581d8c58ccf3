import type { Gate } from './gate.js';

/** What the site answered before anything was changed: a rollback is judged against it. */
export interface Baseline {
  url: string;
  /** HTTP status; null: no answer. */
  status: number | null;
  error?: string;
  /** Where nginx on the host itself was asked, not the site as a visitor does. */
  gate?: Gate;
  /** When its certificate ends, ISO 8601. */
  certificateUntil?: string;
  /** The addresses of its name, where none of them is the host's. */
  elsewhere?: string[];
}
