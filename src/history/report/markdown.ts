import type { Finding } from '../../domain/findings/finding.js';
import { en, type Words } from '../catalogue/en.js';
import { code, literal } from '../../domain/text/markdown.js';
import { clean } from '../text.js';
import type { DeploymentView } from '../view.js';
import { reportContent, type Block } from './content.js';

/**
 * The record of a deployment as Markdown.
 * @param ui the Web UI's page of it, where known
 */
export function reportMarkdown(view: DeploymentView, ui: string | null, words: Words = en): string {
  const { title, facts, sections } = reportContent(view, ui, words);
  return [
    `# ${escaped(title)}`,
    '',
    ...factsTable(facts),
    ...sections.flatMap(({ title: name, blocks }) => [
      '',
      `## ${name}`,
      ...blocks.flatMap((block) => written(block, words)),
    ]),
    '',
  ].join('\n');
}

/** The block's lines, with an empty one before them where that is needed. */
function written(block: Block, words: Words): string[] {
  switch (block.kind) {
    case 'facts':
      return ['', ...factsTable(block.rows)];
    case 'table':
      return ['', row(block.head), `|${block.head.map(() => ' --- ').join('|')}|`, ...block.rows.map(row)];
    case 'text':
      return ['', escaped(block.text)];
    case 'quote': {
      const [first = '', ...rest] = clean(block.text).trimEnd().split('\n');
      return ['', escaped(first), ...(rest.length === 0 ? [] : ['', ...fenced(rest)])];
    }
    case 'list':
      return [
        '',
        ...block.items.map((item, index) => `${block.ordered ? `${index + 1}.` : '-'} ${escaped(item)}`),
      ];
    case 'finding':
      return ['', ...findingLines(block.finding, words)];
    // A chart is for the eye: the table below it says the same.
    case 'chart':
      return [];
  }
}

function factsTable(rows: [string, string][]): string[] {
  // Only belay's own values are a whole address: the Web UI's.
  const value = (text: string) => (/^https?:\/\/[\w./:%?=-]+$/.test(text) ? text : escaped(text));
  return ['| | |', '|---|---|', ...rows.map(([name, text]) => `| ${escaped(name)} | ${value(text)} |`)];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(escaped).join(' | ')} |`;
}

function findingLines(finding: Finding, words: Words): string[] {
  const { id, severity, evidence } = finding;
  const { message, original, remedy } = words.finding(finding);
  const quoted = clean(evidence).trimEnd();
  return [
    `- **${words.severities[severity]}** ${code(id)} ${escaped(message)}`,
    ...(original === '' ? [] : ['', `  ${escaped(original)}`]),
    ...(quoted === '' ? [] : ['', ...fenced(quoted.split('\n')).map((line) => `  ${line}`), '']),
    ...(remedy === '' ? [] : [`  ${words.remedy(escaped(remedy))}`]),
  ];
}

/** In a fence longer than any in the lines, so that they cannot end it. */
function fenced(lines: readonly string[]): string[] {
  const runs = lines.flatMap((line) => [...line.matchAll(/`+/g)]);
  const fence = '`'.repeat(Math.max(3, ...runs.map(([run]) => run.length + 1)));
  return [fence, ...lines, fence];
}

/** On one line, and unable to end a table's cell or begin markup. */
function escaped(text: string): string {
  return literal(text);
}
