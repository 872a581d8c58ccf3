import type { Finding, Severity } from './finding.js';

type Report = (id: string, message: string, evidence: string, remedy: string) => void;

/** Collects the findings of one family of checks about one host. */
export interface Finder {
  readonly found: Finding[];
  block: Report;
  warn: Report;
  info: Report;
}

/** A finder without findings yet; `host` is the name that the user gave. */
export function finder(host: string): Finder {
  const found: Finding[] = [];
  const report =
    (severity: Severity): Report =>
    (id, message, evidence, remedy) =>
      void found.push({ id, severity, host, message, evidence, remedy });
  return { found, block: report('block'), warn: report('warn'), info: report('info') };
}
