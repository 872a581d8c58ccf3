import { combined } from '../../../domain/nginx/gates/log-format.js';
import type { Directive } from './tree.js';

/** Where access_log may stand. */
const around: readonly string[] = ['server', 'location', 'if', 'limit_except'];

/** In which format each file of an http block is logged; a file that is logged in two, or in one that escapes nothing, is left out. */
export function logFormatsOf(http: readonly Directive[]): Record<string, string> {
  const named = new Map([['combined', combined]]);
  for (const { name, args } of http) {
    const [called = '', ...strings] = args;
    if (name !== 'log_format') continue;
    const isPlain = strings[0] === 'escape=none';
    if (isPlain) named.delete(called);
    else
      named.set(called, strings.filter((text, index) => index > 0 || !text.startsWith('escape=')).join(''));
  }
  const formats = new Map<string, string | undefined>();
  for (const [file, called] of logsIn(http)) {
    const format = named.get(called);
    formats.set(file, formats.has(file) && formats.get(file) !== format ? undefined : format);
  }
  return Object.fromEntries(
    [...formats].filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function logsIn(block: readonly Directive[]): [string, string][] {
  return block.flatMap((directive): [string, string][] => {
    if (around.includes(directive.name)) return logsIn(directive.block ?? []);
    const [file = '', called = 'combined'] = directive.args;
    if (directive.name !== 'access_log' || !file.startsWith('/')) return [];
    return [[file, called.includes('=') ? 'combined' : called]];
  });
}
