import { findingCatalogue, type FindingId, type SeverityOf } from './catalogue.js';
import type { Severity } from './kind.js';

/** The result of one check, the same in JSON. */
export interface Finding {
  /** Stable, in a family: `nginx.no-https`, `python.syntax`. */
  id: FindingId;
  severity: Severity;
  host: string;
  /** One sentence: what was expected and what came. */
  message: string;
  /** What was seen, quoted from the server; may have several lines. */
  evidence: string;
  /** What to do next; a command where one can be typed. */
  remedy: string;
}

/**
 * A finding of the catalogue.
 * @param severity where it is not the usual one, one of those that the catalogue allows
 */
export function makeFinding<Id extends FindingId>(
  id: Id,
  said: Pick<Finding, 'host' | 'message' | 'evidence' | 'remedy'>,
  severity?: SeverityOf<Id>,
): Finding {
  return { id, severity: severity ?? findingCatalogue[id].severity, ...said };
}

/** The findings that refuse a deployment. */
export function blocking(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.severity === 'block');
}
