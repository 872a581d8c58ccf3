import type { FolderFacts } from '../../domain/environment/survey.js';
import { wholeNumber, type Section } from './sections.js';

/** Sections `folder <path>` with lines `<kind> <bytes> <relative path>`, kinds as in find's %y. */
export function folderFacts(sections: readonly Section[]): FolderFacts[] {
  return sections.flatMap(({ name, rest, body }) =>
    name === 'folder' ? [{ folder: rest, entries: body.split('\n').flatMap(entry) }] : [],
  );
}

function entry(line: string): FolderFacts['entries'] {
  const [, kind, size, path] = /^([a-zA-Z]) (\d+) (.+)$/.exec(line) ?? [];
  if (path === undefined) return [];
  return [
    { path: `${path.replaceAll('\u0001', '\n')}${kind === 'd' ? '/' : ''}`, size: wholeNumber(size) ?? 0 },
  ];
}
