/** `block` refuses the deployment, `warn` asks for a look (or an acknowledgement), `info` only tells. */
export type Severity = 'block' | 'warn' | 'info';

/** What there is to know of a kind of finding, whatever host it is found on. */
export interface FindingKind {
  severity: Severity;
  /** Whether it counts in a deployment; else only `belay inspect` reports it. */
  judges: boolean;
  /** Other severities that it may have, each with when. */
  or?: Partial<Record<Severity, string>>;
  /** What was expected and is not so, and what would come of it. */
  means: string;
  /** What it quotes. */
  evidence: string;
  /** What to do, with a command where one can be typed. */
  remedy: string;
}

const kind =
  <Of extends Severity>(severity: Of) =>
  (means: string, evidence: string, remedy: string) => ({ severity, judges: true, means, evidence, remedy });
export const block = kind('block');
export const warn = kind('warn');
export const info = kind('info');

/** A kind that judges no deployment. */
export function told<Kind extends FindingKind>(judging: Kind) {
  return { ...judging, judges: false };
}
