import { makeFinding, type Finding } from '../../domain/findings/finding.js';
import { findingCatalogue } from '../../domain/findings/catalogue.js';
import type { Fault, StagedCheck } from './run-check-staged.js';

const listed = 50;

/**
 * A finding for each fault, those that block first; beyond fifty they are counted.
 * @param nodeApp whether JavaScript runs on the host
 */
export function judgeFaults(host: string, check: StagedCheck, nodeApp: boolean): Finding[] {
  const findings = check.faults
    .map((fault) => judge(host, fault, nodeApp))
    .sort((a, b) => Number(b.severity === 'block') - Number(a.severity === 'block'));
  const beyond = Object.values(check.more).reduce((sum, count) => sum + count, 0);
  const rest = Math.max(0, findings.length - listed) + beyond;
  if (rest === 0) return findings;
  const unlisted = new Set([...findings.slice(listed).map(({ id }) => id), ...Object.keys(check.more)]);
  return [
    ...findings.slice(0, listed),
    makeFinding('staged.more', {
      host,
      message: `and ${rest} more faults like these`,
      evidence: [...unlisted].join('\n'),
      remedy: findingCatalogue['staged.more'].remedy,
    }),
  ];
}

function judge(host: string, fault: Fault, nodeApp: boolean): Finding {
  const said = {
    host,
    message: `${placeOf(fault)}: ${fault.message}`,
    evidence: fault.text,
    remedy: remedyOf(fault),
  };
  if (fault.id !== 'node.syntax') return makeFinding(fault.id, said);
  // JSX that a build translates begins so for Node.
  const ours = nodeApp && fault.message !== "Unexpected token '<'";
  return makeFinding('node.syntax', said, ours ? 'block' : 'warn');
}

function placeOf(fault: Fault): string {
  const column = fault.column > 0 ? `:${fault.column}` : '';
  return fault.line > 0 ? `${fault.file}:${fault.line}${column}` : fault.file;
}

function remedyOf(fault: Fault): string {
  if (fault.id === 'jinja2.unknown-tag') {
    return 'Nothing, where an extension of the app brings this tag; the rest of the template was not checked.';
  }
  return `Mend ${fault.file}, or leave it out with a line in .belayignore where the app does not use it.`;
}
