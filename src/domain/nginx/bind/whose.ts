import type { App } from '../../app/app.js';
import { externalPages } from '../../app/pages.js';
import type { Facts } from '../../facts/facts.js';
import { isWithin, listensOn, namesPath } from '../../keepers/touches.js';
import type { Candidate } from './candidates.js';
import { listenersOfFolder } from './own-listeners.js';
import { reaches } from '../routing/own-address.js';

/** Whether what listens where a candidate leads works in the app's folder. */
export function isServedByApp({ backends }: Candidate, facts: Facts, app: App): boolean {
  const own = listenersOfFolder(facts, app);
  return own.some((listener) => backends.some((backend) => reaches(backend, listener, facts)));
}

/**
 * Whether anything says that a candidate is this app's and no other site's: what listens there, or would, the files beside it, or its
 * name. Where something of others listens, that is told as such, so it is no reason to look no further.
 */
export function mayBeApps(candidate: Candidate, facts: Facts, app: App): boolean {
  const { backends, server, location } = candidate;
  const isHeld = facts.listeners.some((listener) =>
    backends.some((backend) => reaches(backend, listener, facts)),
  );
  return (
    isHeld ||
    hasFilesOf(candidate, facts, app) ||
    isAskedFor(candidate, app) ||
    wouldListen(candidate, facts, app) ||
    server.names.every((name) => ['', '_', '*'].includes(name)) ||
    isNamedAs([...server.names, location.pattern, ...backends.map(textOf)], app)
  );
}

function hasFilesOf({ server, location }: Candidate, facts: Facts, { path }: App): boolean {
  const roots = [server.root, location.root, location.handles?.root];
  return roots.some(
    (root) =>
      root !== undefined && [path, facts.app.realPath].some((own) => isWithin(root.replace(/\/+$/, ''), own)),
  );
}

/** belay.yml names it as a page of visitors. */
function isAskedFor({ server }: Candidate, app: App): boolean {
  const names = server.names.map((name) => name.toLowerCase());
  return externalPages(app).some(({ at }) => names.includes(new URL(at).hostname));
}

/** What is meant to run the app, and does not at the moment, is told to listen there. */
function wouldListen({ backends }: Candidate, facts: Facts, { path }: App): boolean {
  const commands = [
    ...facts.units.map((unit) => [unit.execStart, unit.workingDirectory, unit.port]),
    ...facts.pm2.flatMap(({ entries }) =>
      entries.map((one) => [`${one.script} ${one.args.join(' ')}`, one.cwd, one.port]),
    ),
    ...(facts.supervisors ?? []).flatMap(({ programs }) =>
      programs.map((one) => [one.command, one.directory, undefined]),
    ),
  ];
  return commands.some(
    ([command = '', folder = '', port]) =>
      (isWithin(folder, path) || isWithin(folder, facts.app.realPath) || namesPath(command, path)) &&
      backends.some(
        (backend) =>
          (backend.kind === 'tcp' && (port === String(backend.port) || listensOn(command, backend.port))) ||
          (backend.kind === 'unix' && command.includes(backend.path)),
      ),
  );
}

const shortest = 3;

/** Its name, or its folder's, is a part of one of the texts, or the other way round. */
function isNamedAs(texts: readonly string[], { name, path }: App): boolean {
  const own = [name, path.slice(path.lastIndexOf('/') + 1)]
    .map(letters)
    .filter(({ length }) => length >= shortest);
  const parts = texts.flatMap((text) => text.split(/[./:]+/)).map(letters);
  return parts.some(
    (part) =>
      part.length >= shortest &&
      own.some((one) => part.includes(one) || (one.includes(part) && !usual.has(part))),
  );
}

const usual = new Set([
  'www',
  'app',
  'api',
  'com',
  'org',
  'net',
  'run',
  'web',
  'test',
  'example',
  'unix',
  'sock',
  'site',
  'local',
]);

function letters(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function textOf(backend: Candidate['backends'][number]): string {
  return backend.kind === 'unix' ? backend.path : '';
}
