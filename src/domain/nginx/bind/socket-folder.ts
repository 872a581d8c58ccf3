import type { App } from '../../app/app.js';
import type { Facts } from '../../facts/facts.js';
import type { Finder } from '../../findings/finder.js';
import type { Bind } from '../../app/address.js';
import { releaseKeeper } from '../../keepers/kinds/of-app.js';
import { isWithin } from '../../keepers/touches.js';

/**
 * The socket with the folder in /run that the app's unit has to make for it: where nothing else does. One that belongs
 * to the app's user already was made so, by this unit or by the one that it replaces, with which it goes.
 */
export function withRuntimeFolder(bind: Bind | null, facts: Facts, { app, user }: Runs): Bind | null {
  if (bind?.kind !== 'socket' || releaseKeeper(app).makesRuntimeFolder !== true) return bind;
  const name = runtimeName(bind.path);
  const folder = folderOf(facts, bind.path);
  if (name === undefined || folder?.tmpfiles === true) return bind;
  return folder?.owner === undefined || folder.owner === user ? { ...bind, runtime: name } : bind;
}

interface Runs {
  app: App;
  user: string;
}

/** Whether the app can make its socket, and nginx's folder for it outlives a reboot. */
export function socketFindings(bind: Bind | null, facts: Facts, { app, user }: Runs, find: Finder): void {
  if (bind?.kind !== 'socket') return;
  const parent = parentOf(bind.path);
  const move = `Let nginx, and the app that runs now, use a folder made for it, as /run/${app.name}/app.sock, then plan again.`;
  if ([app.path, facts.app.realPath].some((own) => isWithin(bind.path, own)) && !isShared(bind.path, app)) {
    find.report(
      'socket.in-release',
      `The socket ${bind.path} lies in the app’s folder, which every release replaces and only root writes to.`,
      bind.from,
      move,
    );
    return;
  }
  const folder = folderOf(facts, bind.path);
  if (bind.runtime !== undefined || folder === undefined) return;
  const isRun = runtimeName(bind.path) !== undefined;
  const tmpfiles = `echo 'd ${parent} 0755 ${user} ${user}' >/etc/tmpfiles.d/${app.name}.conf && systemd-tmpfiles --create`;
  if (folder.owner === undefined || !folder.writers.includes(user)) {
    find.report(
      'socket.folder',
      folder.owner === undefined
        ? `nginx leads to the socket ${bind.path}, but there is no folder ${parent}.`
        : `nginx leads to the socket ${bind.path}, but ${user}, as whom the app runs, may not make it: ${parent} belongs to ${folder.owner}.`,
      bind.from,
      isRun ? `As root on the host: \`${tmpfiles}\`.` : move,
    );
  } else if (isRun && !folder.tmpfiles) {
    find.report(
      'socket.folder-lost',
      `Nothing that belay knows of makes ${parent} again after a reboot; without it the app cannot listen.`,
      `${parent} belongs to ${folder.owner}; no line of tmpfiles.d names it`,
      `As root on the host: \`${tmpfiles}\`; or acknowledge this where another service makes it.`,
    );
  }
}

/** `words` of /run/words/app.sock. */
function runtimeName(path: string): string | undefined {
  return /^\/run\/([^/]+)\/[^/]+$/.exec(path)?.[1];
}

function folderOf({ socketFolders }: Facts, path: string) {
  const parent = parentOf(path);
  return socketFolders?.find((folder) => folder.path === parent);
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** What is shared lives once beside the releases, and goes on belonging to whom it belonged. */
function isShared(path: string, app: App): boolean {
  const inner = path.slice(app.path.length + 1);
  return app.shared.some((shared) => inner.startsWith(`${shared.replace(/^\.\//, '').replace(/\/+$/, '')}/`));
}
