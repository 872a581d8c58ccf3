import type { Finding } from './finding.js';
import { findingCatalogue, type FindingId } from './catalogue.js';
import type { Severity } from './kind.js';

/** Collects what is found of one host: the findings of a family of checks, or what a look at the server tells. */
export interface Finder {
  readonly found: Finding[];
  /** @param severity where it is not the catalogue's */
  report: (id: FindingId, message: string, evidence: string, remedy: string, severity?: Severity) => void;
}

/** A finder without findings yet; `host` is the name that the user gave. */
export function finder(host: string): Finder {
  const found: Finding[] = [];
  return {
    found,
    report: (id, message, evidence, remedy, severity = findingCatalogue[id].severity) =>
      void found.push({ id, severity, host, message, evidence, remedy }),
  };
}
