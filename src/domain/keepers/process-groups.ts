import type { Facts, Listener, ProcessFacts } from '../facts/facts.js';
import type { Bind } from '../app/address.js';
import { belayFolder } from '../app/release.js';
import { runsFilesOf } from './runs-files.js';
import { isWithin, namesPath } from './touches.js';

/** Processes that belong together, as a server and its workers do; what is done to the first is done to all. */
export interface ProcessGroup {
  /** The uppermost that is still the app's own. */
  root: ProcessFacts;
  members: ProcessFacts[];
  /** What they listen on, sorted. */
  listeners: Listener[];
  onBind: boolean;
  /** Whether one of them works in the app's folder, or names it in its command. */
  touches: boolean;
}

/** Facts seen from one app. */
export interface AppView {
  facts: Facts;
  bind: Bind | null;
  /** Paths that are the app's: its own, where that leads, and belay's folder. */
  folders: string[];
  byPid: ReadonlyMap<number, ProcessFacts>;
}

/** @param path the app's path as belay.yml gives it */
export function appView(facts: Facts, bind: Bind | null, path: string): AppView {
  const folders = [...new Set([path, facts.app.realPath, belayFolder(path)])];
  return { facts, bind, folders, byPid: new Map(facts.processes.map((process) => [process.pid, process])) };
}

/** Those processes that serve: on the app's address, or its files on any other. Sorted by pid. */
export function servingGroups(view: AppView): ProcessGroup[] {
  const groups = new Map<number, ProcessGroup>();
  for (const listener of view.facts.listeners) {
    for (const pid of listener.pids) {
      const process = view.byPid.get(pid);
      if (process === undefined) continue;
      const onBind = isBind(listener, view.bind);
      const touches = touchesApp(process, view);
      if (!onBind && !runsApp(process, view)) continue;
      const root = uppermost(process, view);
      const group = groups.get(root.pid) ?? {
        root,
        members: [root],
        listeners: [],
        onBind: false,
        touches: false,
      };
      if (!group.members.includes(process)) group.members.push(process);
      if (!group.listeners.includes(listener)) group.listeners.push(listener);
      group.onBind ||= onBind;
      group.touches ||= touches || touchesApp(root, view);
      groups.set(root.pid, group);
    }
  }
  return [...groups.values()].sort((a, b) => a.root.pid - b.root.pid);
}

/** Processes that listen elsewhere, and whose working directory is all that they have to do with the app. */
export function neighbours(view: AppView): ProcessFacts[] {
  const listening = new Set(view.facts.listeners.flatMap(({ pids }) => pids));
  const serving = servingGroups(view);
  return view.facts.processes.filter(
    (process) =>
      listening.has(process.pid) &&
      touchesApp(process, view) &&
      !isHostOfOthers(process) &&
      !runsApp(process, view) &&
      !serving.some(
        ({ root, members }) => members.includes(process) || lineage(process, view).includes(root),
      ),
  );
}

/** Whether it, or what it is a child of, runs the app's files. */
export function runsApp(process: ProcessFacts, view: AppView): boolean {
  const line = lineage(process, view);
  const others = line.findIndex((one) => one.pid === 1 || isHostOfOthers(one));
  return (others === -1 ? line : line.slice(0, others)).some(
    (one) => !isContained(one) && runsFilesOf(one.command, one.cwd, view.folders),
  );
}

/** Whether a listener is on the app's address; on a port, whatever the interface. */
export function isBind(listener: Listener, bind: Bind | null): boolean {
  if (bind?.kind === 'port') return listener.protocol === 'tcp' && listener.port === bind.port;
  return bind !== null && listener.path === bind.path;
}

/** `127.0.0.1:9999`, `[::1]:9999`, or a socket's path. */
export function listenerText({ address, port, path }: Listener): string {
  return path ?? `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** What a group listens on, in words. */
export function listenersText({ listeners }: Pick<ProcessGroup, 'listeners'>): string {
  return listeners.map(listenerText).join(', ');
}

/** What is seen of a group. */
export function groupEvidence({ root }: ProcessGroup): string {
  return `pid ${root.pid} of ${root.user}: ${root.command.join(' ').slice(0, 300)}\nworks in ${root.cwd || '(unknown)'}, cgroup ${root.cgroup}`;
}

/** Whether a process works in the app's folder, or its command names it. A container's paths are not the host's. */
export function touchesApp(process: ProcessFacts, { folders }: AppView): boolean {
  if (isContained(process)) return false;
  return folders.some(
    (folder) =>
      isWithin(process.cwd, folder) || process.command.some((argument) => namesPath(argument, folder)),
  );
}

/** A process and all its known ancestors, itself first. */
export function lineage(process: ProcessFacts, { byPid }: AppView): ProcessFacts[] {
  const line = [process];
  for (
    let next = byPid.get(process.parent);
    next !== undefined && !line.includes(next);
    next = byPid.get(next.parent)
  ) {
    line.push(next);
  }
  return line;
}

/** Whether it runs in a container, or is part of what runs them, as docker-proxy is. */
export function isContained({ cgroup, contained }: ProcessFacts): boolean {
  return (
    contained === true ||
    /(?:^|[/-])(?:docker|containerd|kubepods|libpod|crio|lxc)[-./:]|\/machine\.slice\//.test(`${cgroup}/`)
  );
}

/** pm2's daemon, a terminal multiplexer, a login: it may stand in the app's folder, but it holds what is not the app's. */
export function isHostOfOthers({ command }: ProcessFacts): boolean {
  const [first = '', ...rest] = command;
  const name = first.split(/[ :]/)[0]?.split('/').at(-1) ?? '';
  if (/^PM2 v\S*: God Daemon/.test(first)) return true;
  // A shell that was given nothing to run is somebody's own.
  if (/^-?(?:ba|da|z|k|c|tc|fi)?sh$/.test(name))
    return rest.every((argument) => /^-[il]+$|^--login$/.test(argument));
  if (first === '/sbin/init' || rest.some((argument) => /(?:^|\/)supervisord$/.test(argument))) return true;
  return /^(?:tmux|screen|SCREEN|sshd|sshd-session|login|systemd|cron|crond|CRON|atd|nginx|supervisord|mosh-server)$/.test(
    name,
  );
}

/** The uppermost of its ancestors that is still the app's own; itself where none is. */
export function uppermost(process: ProcessFacts, view: AppView): ProcessFacts {
  let top = process;
  for (const ancestor of lineage(process, view).slice(1)) {
    if (ancestor.pid === 1 || isHostOfOthers(ancestor) || isContained(ancestor) !== isContained(process))
      break;
    // A server whose master works elsewhere: the master holds the same socket.
    const shares = view.facts.listeners.some(
      ({ pids }) => pids.includes(ancestor.pid) && pids.includes(top.pid),
    );
    if (!shares && !touchesApp(ancestor, view)) break;
    top = ancestor;
  }
  return top;
}
