import { oneLine } from '../../history/text.js';
import type { Draft } from '../../init/belay-yml.js';
import type { Framework } from '../../init/framework.js';
import type { Colors } from '../terminal/io.js';
import { table } from './table.js';

/** What `init` found, what it could not find out, and the next command. @param files that were written, as the user names them */
export function draftText(draft: Draft, framework: Framework, files: string, colors: Colors): string {
  const { bold, dim, yellow, green } = colors;
  const { decided, hostOnly, leftOut } = draft;
  const { path, kind, run, user, stays, site, port } = decided;
  const found = [
    ['source', framework.kind, framework.from],
    ['path', path.value, path.from],
    ...(stays === null
      ? [
          ['kind', kind?.value ?? '', kind?.from ?? ''],
          ['run', run?.value ?? '', run?.from ?? ''],
          ['user', user?.value ?? '', user?.from ?? ''],
        ]
      : [[stays.key, stays.value, `${stays.from}, and goes on keeping it`]]),
    ['site', site?.value ?? '', site?.from ?? ''],
    ['port', String(port?.value ?? ''), port?.from ?? ''],
    ['shared', hostOnly.shared.join(', '), 'only on the server'],
    ['left out', leftOut.join(', '), '.belayignore'],
  ];
  const rows = found
    .filter(([, value]) => value !== '')
    .map(([name = '', value = '', from = '']) => [`  ${bold(name)}`, oneLine(value), dim(oneLine(from))]);
  const open = openQuestions(draft, framework);
  return [
    green(`wrote ${files}`),
    ...table(['', '', ''], rows),
    ...(open.length > 0 ? [''] : []),
    ...open.map((line) => `  ${yellow('!')} ${oneLine(line)}`),
    '',
    `next  ${bold('belay plan')}`,
    '',
  ].join('\n');
}

function openQuestions({ decided, hostOnly, page, movable }: Draft, framework: Framework): string[] {
  const { variables } = decided;
  const lines: string[] = [];
  if (hostOnly.open.length > 0)
    lines.push(
      `only on the server, and not clearly data: ${hostOnly.open.join(', ')}; name each under shared or discard`,
    );
  if (variables.length > 0 && decided.envFile === null && decided.stays === null)
    lines.push(
      `the process that runs now was given ${variables.join(', ')}: what the app needs of that belongs under env or into env_file`,
    );
  if (page.status !== null && page.status >= 400)
    lines.push(
      `${page.path} answers ${page.status} now: under verify.internal, name a page that answers well`,
    );
  const { port } = decided;
  if (port !== null && port.value !== 'auto' && framework.kind !== 'static')
    lines.push(
      `nginx leads nowhere near: give it a proxy_pass to http://127.0.0.1:${port.value}, or visitors do not come`,
    );
  if (!movable)
    lines.push('the port seems to be written into the code, so a release cannot be rehearsed beside it');
  return lines;
}
