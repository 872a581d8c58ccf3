import type { Finding } from '../../domain/findings/finding.js';
import type { OutcomeKind } from '../../domain/runbook/outcome.js';
import { en, type Words } from '../catalogue/en.js';
import { clean } from '../text.js';
import type { DeploymentView } from '../view.js';
import { barKinds, stepChart } from './chart.js';
import { reportContent, type Block } from './content.js';
import { inline, lines, prose } from './html-text.js';
import { style } from './style.js';

const tones: Record<OutcomeKind, string> = {
  succeeded: 'good',
  unchanged: 'good',
  refused: 'bad',
  failed: 'bad',
  aborted: '',
  'rolled-back': 'back',
  'rollback-failed': 'bad',
};

/**
 * The record of a deployment as one HTML file, which asks for nothing from anywhere and runs no script.
 * @param ui the Web UI's page of it, where known
 */
export function reportHtml(view: DeploymentView, ui: string | null, words: Words = en): string {
  const { title, facts, sections } = reportContent(view, ui, words);
  const tone = view.outcome === null ? '' : tones[view.outcome];
  return [
    '<!doctype html>',
    `<html lang="${words.lang}">`,
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    // Whatever a server's text could smuggle in: nothing is fetched and nothing runs.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">`,
    '<meta name="color-scheme" content="light dark">',
    `<title>${inline(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<header class="${tone}">`,
    `<h1>${inline(title)}</h1>`,
    ...factsList(facts),
    '</header>',
    ...sections.flatMap(({ title: name, blocks }) => [
      '<section>',
      `<h2>${inline(name)}</h2>`,
      ...blocks.flatMap((block) => written(block, words)),
      '</section>',
    ]),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function written(block: Block, words: Words): string[] {
  switch (block.kind) {
    case 'facts':
      return factsList(block.rows);
    case 'table':
      return [
        `<table${block.head.length === 2 ? ' class="timeline"' : ''}>`,
        `<thead><tr>${block.head.map((cell) => `<th>${inline(cell)}</th>`).join('')}</tr></thead>`,
        '<tbody>',
        ...block.rows.map((row) => `<tr>${row.map((cell) => `<td>${inline(cell)}</td>`).join('')}</tr>`),
        '</tbody></table>',
      ];
    case 'text':
      return [`<p>${inline(block.text)}</p>`];
    case 'quote': {
      const [first = '', ...rest] = clean(block.text).trimEnd().split('\n');
      return [`<p>${prose(first)}</p>`, ...quoted(rest.join('\n'))];
    }
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul';
      return [`<${tag}>`, ...block.items.map((item) => `<li>${prose(item)}</li>`), `</${tag}>`];
    }
    case 'finding':
      return findingArticle(block.finding, words);
    case 'chart':
      return [legend(words), stepChart(block.steps, block.outages, words)];
  }
}

function factsList(rows: readonly [string, string][]): string[] {
  return [
    '<dl>',
    ...rows.map(([name, value]) => `<dt>${inline(name)}</dt><dd>${prose(value)}</dd>`),
    '</dl>',
  ];
}

function findingArticle(finding: Finding, words: Words): string[] {
  const { id, severity, evidence } = finding;
  const { message, original, remedy } = words.finding(finding);
  return [
    '<article>',
    `<p><span class="tag ${inline(severity)}">${inline(words.severities[severity])}</span><code>${inline(id)}</code> ${prose(message)}</p>`,
    ...(original === '' ? [] : [`<p class="original">${prose(original)}</p>`]),
    ...quoted(evidence),
    ...(remedy === '' ? [] : [`<p class="remedy">${prose(words.remedy(remedy))}</p>`]),
    '</article>',
  ];
}

function quoted(text: string): string[] {
  return text.trim() === '' ? [] : [`<pre>${lines(text).trimEnd()}</pre>`];
}

function legend({ kinds }: Words): string {
  const keys = barKinds.map(
    (kind) =>
      `<span><svg width="12" height="8" aria-hidden="true"><rect class="bar ${kind}" width="12" height="8" rx="3"/></svg>${inline(kinds[kind])}</span>`,
  );
  return `<div class="legend">${keys.join('')}</div>`;
}
