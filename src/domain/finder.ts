import { makeFinding, type Finding } from './finding.js';
import type { FindingId } from './finding-catalogue.js';

/** Collects the findings of one family of checks about one host. */
export interface Finder {
  readonly found: Finding[];
  report: (id: FindingId, message: string, evidence: string, remedy: string) => void;
}

/** A finder without findings yet; `host` is the name that the user gave. */
export function finder(host: string): Finder {
  const found: Finding[] = [];
  return {
    found,
    report: (id, message, evidence, remedy) =>
      void found.push(makeFinding(id, { host, message, evidence, remedy })),
  };
}
