import type { Environment } from '../../../domain/environment/environment.js';
import type { Surprise } from '../../../domain/environment/surprises.js';
import { clean, oneLine } from '../../../history/text.js';
import type { Colors } from '../../terminal/io.js';
import { time } from './section.js';
import { environmentSections } from './sections.js';
import { findingLines } from '../plan.js';
import { table } from '../table.js';

/** A server's environment document for a terminal. @param path of the one app that is asked about */
export function environmentText(
  environment: Environment,
  surprises: readonly Surprise[],
  colors: Colors,
  path?: string,
): string {
  const { bold, dim, green } = colors;
  const { host, survey } = environment;
  const lines = [
    `${bold(oneLine(host))}  ${dim(`as it was at ${time(survey.system.now)}`)}`,
    '',
    bold('What would surprise you'),
    ...(surprises.length === 0
      ? [green('  nothing was found')]
      : surprises.flatMap((finding) => findingLines(finding, colors))),
    ...environmentSections(environment, path).flatMap(({ title, text = [], columns = [], rows = [] }) => {
      const found = table(
        columns.map((name) => dim(name)),
        rows.map((row) => row.map(oneLine)),
      );
      return [
        '',
        bold(oneLine(title)),
        ...text.map((line) => `  ${clean(line)}`),
        ...(rows.length === 0 ? [] : found.map((line) => `  ${line}`)),
      ];
    }),
    '',
  ];
  return lines.join('\n');
}
