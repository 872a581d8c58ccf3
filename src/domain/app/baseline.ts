/** What the site answered before anything was changed: a rollback is judged against it. */
export interface Baseline {
  url: string;
  /** HTTP status; null: no answer. */
  status: number | null;
  error?: string;
  /** When its certificate ends, ISO 8601. */
  certificateUntil?: string;
  /** The addresses of its name, where none of them is the host's. */
  elsewhere?: string[];
}
