/** Something about a server that would surprise. It is no finding: no deployment is judged by it. */
export interface Surprise {
  /** `unit.crash-loop` */
  id: string;
  /** `warn`: it harms visitors, now or some day. `info`: to be known. */
  severity: 'warn' | 'info';
  /** One sentence. */
  message: string;
  /** What was seen; may have several lines. */
  evidence: string;
  /** What to do next. */
  remedy: string;
}

/** Takes up one after the other. */
export type Tell = Record<
  Surprise['severity'],
  (id: string, message: string, evidence: string, remedy: string) => void
>;
