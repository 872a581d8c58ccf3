import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

const deepest = 16;
const most = 200;

/**
 * The hosts that an OpenSSH client configuration names, in its order: every `Host` without a pattern, also of included
 * files. A file that cannot be read names none.
 */
export async function sshHosts(file = join(homedir(), '.ssh/config')): Promise<string[]> {
  return [...new Set(await hostsOf(file, dirname(file), 0))];
}

async function hostsOf(file: string, base: string, depth: number): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const found: string[] = [];
  for (const line of text.split('\n')) {
    // ssh_config(5): keyword, then blanks or one `=`, then arguments, in quotes where they hold blanks.
    const [, keyword = '', rest = ''] = /^\s*(\w+)(?:\s*=\s*|\s+)(.*)$/.exec(line) ?? [];
    const args = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
    if (keyword.toLowerCase() === 'host') found.push(...args.filter((name) => !/[*?!]/.test(name)));
    if (keyword.toLowerCase() !== 'include' || depth === deepest) continue;
    for (const pattern of args)
      for (const each of await matching(pattern, base)) found.push(...(await hostsOf(each, base, depth + 1)));
  }
  return found;
}

/** Files that an `Include` names, in the order of their names; `*` and `?` may stand in every part. */
async function matching(pattern: string, base: string): Promise<string[]> {
  const expanded = pattern.replace(/^~(?=\/)/, homedir());
  const parts = (isAbsolute(expanded) ? expanded : join(base, expanded)).split('/').slice(1);
  let found = ['/'];
  for (const part of parts) {
    const next = await Promise.all(found.map((folder) => within(folder, part)));
    found = next.flat().slice(0, most);
  }
  return found;
}

async function within(folder: string, part: string): Promise<string[]> {
  if (!/[*?]/.test(part)) return [join(folder, part)];
  const source = part
    .replace(/[.+^$(){}|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  const name = new RegExp(`^(?!\\.)${source}$`);
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((each) => name.test(each))
    .sort()
    .map((each) => join(folder, each));
}
