import type { Environment } from '../../domain/environment.js';
import type { Surprise } from '../../domain/surprises.js';
import { oneLine } from '../../history/text.js';
import { time } from './environment-section.js';
import { environmentSections } from './environment-sections.js';

/**
 * A server's environment document as Markdown: what the next person who comes to that server would be glad to find.
 * @param path of the one app that is asked about
 */
export function environmentMarkdown(
  environment: Environment,
  surprises: readonly Surprise[],
  path?: string,
): string {
  const { host, survey } = environment;
  const about = path === undefined ? '' : ` --path ${path}`;
  return [
    `# ${path === undefined ? `The server ${escape(host)}` : `${escape(path)} on ${escape(host)}`}`,
    '',
    `As it was on ${time(survey.system.now)}, read by \`belay inspect ${host}${about} --markdown\`. It holds no secrets: of ` +
      'environments only PORT was read, and what looks like one in a command is `***`.',
    '',
    '## What would surprise you',
    '',
    ...(surprises.length === 0 ? ['Nothing was found.'] : surprises.map(surprise)),
    ...environmentSections(environment, path).flatMap(
      ({ title, text = [], columns = [], rows = [], code: coded = [] }) => [
        '',
        `## ${escape(title)}`,
        '',
        ...text.map(escape),
        ...(text.length > 0 && rows.length > 0 ? [''] : []),
        ...(rows.length === 0
          ? []
          : [
              line(columns),
              line(columns.map(() => '---')),
              ...rows.map((row) =>
                line(row.map((cell, index) => (coded.includes(index) ? cellCode(cell) : escape(cell)))),
              ),
            ]),
      ],
    ),
    '',
  ].join('\n');
}

function surprise({ severity, id, message, evidence, remedy }: Surprise): string {
  const mark = severity === 'info' ? '' : '**!** ';
  const seen = evidence === '' ? [] : evidence.split('\n').map((one) => `  - seen: ${code(one)}`);
  return [
    `- ${mark}${escape(message)} (${id})`,
    ...seen,
    ...(remedy === '' ? [] : [`  - to do: ${remedy}`]),
  ].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Text of a server as plain Markdown: no table, emphasis, link or HTML may come of it. */
function escape(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]<>|#]/g, '\\$&');
}

/** Code within a table, where a bar ends the cell even in code. */
function cellCode(text: string): string {
  return text === '' ? '' : code(text).replaceAll('|', '\\|');
}

/** The same as code; a backtick within takes longer fences. */
function code(text: string): string {
  const plain = oneLine(text);
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const gap = longest > 0 ? ' ' : '';
  return `${fence}${gap}${plain}${gap}${fence}`;
}
