import { appPathOf, type Environment } from '../domain/environment/environment.js';
import type { SourceView } from './source.js';

const ownFiles = ['belay.yml', '.belayignore'];
const forPeople =
  /^(?:\.github|\.gitlab|\.gitlab-ci\.yml|\.circleci|\.vscode|\.idea|\.devcontainer|\.pre-commit-config\.yaml|tests?|spec)$/;

/**
 * What of the source is for those who work on it, as lines of a .belayignore: belay's own files, and what is commonly so
 * where the live folder does without it.
 * @param path the app's, on the server
 */
export function leftOut({ files }: SourceView, { survey }: Environment, path: string): string[] {
  const live = survey.folders.find(({ folder }) => appPathOf(folder) === path);
  if (live === undefined) return ownFiles.map((file) => `/${file}`);
  const there = new Set(live.entries.map((entry) => entry.path.split('/')[0]));
  const tops = new Map(files.map((file) => [file.split('/')[0] ?? file, file.includes('/')]));
  const found = [...tops].filter(([name]) => forPeople.test(name) && !there.has(name));
  return [
    ...ownFiles.map((file) => `/${file}`),
    ...found.map(([name, isFolder]) => `/${name}${isFolder ? '/' : ''}`),
  ];
}
