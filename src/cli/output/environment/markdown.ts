import type { Environment } from '../../../domain/environment/environment.js';
import { code, literal } from '../../../domain/text/markdown.js';
import type { Surprise } from '../../../domain/environment/surprises.js';
import { time } from './section.js';
import { environmentSections } from './sections.js';

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
    `# ${path === undefined ? `The server ${literal(host)}` : `${literal(path)} on ${literal(host)}`}`,
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
        `## ${literal(title)}`,
        '',
        ...text.map(literal),
        ...(text.length > 0 && rows.length > 0 ? [''] : []),
        ...(rows.length === 0
          ? []
          : [
              line(columns),
              line(columns.map(() => '---')),
              ...rows.map((row) =>
                line(row.map((cell, index) => (coded.includes(index) ? cellCode(cell) : literal(cell)))),
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
    `- ${mark}${literal(message)} (${id})`,
    ...seen,
    ...(remedy === '' ? [] : [`  - to do: ${remedy}`]),
  ].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Code within a table, where a bar ends the cell even in code. */
function cellCode(text: string): string {
  return text === '' ? '' : code(text).replaceAll('|', '\\|');
}
