/** `block` refuses the deployment, `warn` asks for a look (or an acknowledgement), `info` only tells. */
export type Severity = 'block' | 'warn' | 'info';

/** The result of one check, the same in JSON. */
export interface Finding {
  /** Stable, in a family: `nginx.port-mismatch`, `python.syntax`. */
  id: string;
  severity: Severity;
  host: string;
  /** One sentence: what was expected and what came. */
  message: string;
  /** What was seen, quoted from the server; may have several lines. */
  evidence: string;
  /** What to do next; a command where one can be typed. */
  remedy: string;
}

/** The findings that refuse a deployment. */
export function blocking(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.severity === 'block');
}
