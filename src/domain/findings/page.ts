import { findingCatalogue } from './catalogue.js';
import { findingFamilies } from './families.js';
import type { FindingKind } from './kind.js';

const intro = `# Findings

Every check that belay makes ends in a finding with a stable id. \`block\` refuses the deployment. \`warn\` asks for a look; one
that you accept is written into belay.yml with its reason, and is only told from then on:

    acknowledge: { nginx.no-https: "internal tool" }

\`info\` only tells. Of some, no deployment is judged: \`belay inspect\` tells them of a server. In JSON a finding is \`{id, severity, host, message, evidence, remedy}\`; its schema is
[schema/finding.schema.json](../schema/finding.schema.json). The message, evidence and remedy of a finding name the very
file, line, process or port; this page says what each id means.

This page is made from src/domain/findings/catalogue.ts.
`;

/** docs/FINDINGS.md: the catalogue as Markdown. */
export function findingsPage(): string {
  const families = Object.entries(findingFamilies).map(([family, title]) => {
    const kinds = Object.entries(findingCatalogue).filter(([id]) => id.startsWith(`${family}.`));
    return [`## ${family}: ${title}`, '', ...kinds.flatMap(([id, kind]) => entry(id, kind))].join('\n');
  });
  return [intro, ...families].join('\n');
}

function entry(id: string, { severity, judges, or = {}, means, evidence, remedy }: FindingKind): string[] {
  const others = Object.entries(or).map(([other, when]) => `; **${other}** ${when}`);
  return [
    `### ${id}`,
    '',
    means,
    '',
    `- Severity: **${severity}**${judges ? '' : ', told by `belay inspect` alone'}${others.join('')}`,
    `- Evidence: ${evidence}`,
    `- Remedy: ${remedy}`,
    '',
  ];
}
