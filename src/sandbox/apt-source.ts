import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SandboxError } from './error.js';

/** One archive that apt reads: where packages come from, and for which release of the system. */
export interface AptSource {
  uri: string;
  suite: string;
  components: string[];
  /** Absolute path of the keyring that signs it, where the source names one. */
  keyring?: string;
}

/**
 * The archive from which this machine's own system is installed: the one whose suite is the system's code name.
 * @param root holds `etc/`; `/` unless a test has its own
 */
export async function systemSource(root = '/'): Promise<AptSource> {
  const release = await readFile(join(root, 'etc/os-release'), 'utf8').catch(() => '');
  const codename = /^VERSION_CODENAME="?([^"\n]+)/m.exec(release)?.[1];
  const sources = await readSources(root);
  const found = sources.find((source) => source.suite === codename && /^https?:/.test(source.uri));
  if (found) return found;
  throw new SandboxError(
    `no Debian archive to make a server from: expected an http source for ${codename ?? 'this system'} in ` +
      '/etc/apt/sources.list.d/*.sources, *.list or /etc/apt/sources.list; ' +
      'use a Debian or Ubuntu machine, or build sandbox/Dockerfile',
  );
}

async function readSources(root: string): Promise<AptSource[]> {
  const folder = join(root, 'etc/apt/sources.list.d');
  const names = (await readdir(folder).catch(() => [])).sort();
  const files = [...names.map((name) => join(folder, name)), join(root, 'etc/apt/sources.list')];
  const sources = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (file.endsWith('.sources')) sources.push(...parseDeb822(text));
    else if (file.endsWith('.list')) sources.push(...parseList(text));
  }
  return sources;
}

/** The deb822 style of sources.list(5): stanzas of `Field: value`, one source for each pair of URI and suite. */
function parseDeb822(text: string): AptSource[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const fields = new Map(
        stanza
          .replace(/\n[ \t]+/g, ' ')
          .split('\n')
          .map((line) => /^([\w-]+):\s*(.*)$/.exec(line))
          .filter((match) => match !== null)
          .map((match) => [String(match[1]).toLowerCase(), String(match[2]).trim()]),
      );
      const words = (field: string) => (fields.get(field) ?? '').split(/\s+/).filter(Boolean);
      if (!words('types').includes('deb') || fields.get('enabled')?.toLowerCase() === 'no') return [];
      const signed = fields.get('signed-by');
      const keyring = signed?.startsWith('/') ? signed : undefined;
      return words('uris').flatMap((uri) =>
        words('suites').map((suite) => ({ uri, suite, components: words('components'), keyring })),
      );
    });
}

/** The one-line style of sources.list(5): `deb [ option=value … ] uri suite component…`. */
function parseList(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^#\s]\S*)*)/.exec(line);
    if (!match) return [];
    const [, options = '', uri = '', suite = '', components = ''] = match;
    const keyring = /(?:^|\s)signed-by=(\/\S+)/.exec(options)?.[1];
    return [{ uri, suite, components: components.trim().split(/\s+/).filter(Boolean), keyring }];
  });
}
