import { expect, test } from 'vitest';
import { configurationTree, type Directive } from '../../src/host/facts/nginx/tree.js';
import { shapes } from './shapes.js';

/** The directives that decide where a request goes, and what of their words matters to that. */
const deciding: Record<string, (args: string[]) => string> = {
  server: () => '',
  upstream: () => '',
  map: ([source = '']) => source,
  location: (args) => (args.length > 1 ? (args[0] ?? '') : args[0]?.startsWith('@') === true ? '@' : ''),
  if: (args) => args.join(' ').replace(/[\w./-]{3,}/g, ''),
  rewrite: (args) => args[2] ?? 'rewrite',
  return: ([status = '']) => status,
  set: () => '',
  try_files: (args) => args.map((one) => one.replace(/\w+/g, '')).join(' '),
  error_page: (args) => args.filter((one) => /^[=@]/.test(one)).join(' '),
  internal: () => '',
  alias: () => '',
  break: () => '',
  auth_request: () => '',
  limit_except: () => '',
  allow: () => '',
  deny: () => '',
  ip_hash: () => '',
  proxy_pass: ([to = '']) => to.replace(/%\d|[\w.%]{3,}/g, 'x'),
};

/** What a shape comes to without its names, its headers and its limits. */
function skeleton(directives: readonly Directive[]): string {
  return directives
    .flatMap(({ name, args, block }) => {
      const said = /_pass$/.test(name) && name !== 'proxy_pass' ? () => '' : deciding[name];
      if (said === undefined) return [];
      return [`${name} ${said(args)}${block === undefined ? '' : ` {${skeleton(block)}}`}`];
    })
    .join('; ');
}

test('at least 50 shapes of public projects are asked, and no two are one in other words', () => {
  const seen = new Map<string, string>();
  const twins = shapes.flatMap(({ like, http }) => {
    const bones = skeleton(configurationTree(new Map([['shape', http]])).top);
    const twin = seen.get(bones);
    seen.set(bones, like);
    return twin === undefined ? [] : [`${twin} = ${like}: ${bones}`];
  });
  expect(twins).toEqual([]);
  expect(shapes.length).toBeGreaterThanOrEqual(50);
});
