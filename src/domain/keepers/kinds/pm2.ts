import { entryName } from '../../app/release.js';
import type { Pm2Entry, Pm2Facts, ProcessFacts } from '../../facts/facts.js';
import { pm2Label } from '../../facts/pm2-label.js';
import { entryRunsApp, entryTouches } from '../evidence.js';
import type { Keeper } from '../../app/keeper.js';
import { alikeEntries, entryApart, entryGives, entryKeeper, entryStays } from '../own-entry.js';
import { pm2Findings, pm2HomeOf, pm2StartsAtBoot } from '../pm2-home.js';
import { appView, type AppView, type ProcessGroup } from '../process-groups.js';
import { anotherUser, becauseOf } from './another-user.js';
import type { FoundKind, StopKind } from './found.js';
import type { DescribesKeeper } from './kind.js';
import type { KeptByUnsupported } from './untouched.js';

/** An entry of belay's own, `belay-<app>`, in the pm2 daemon of the app's user. */
export const pm2Keeper: DescribesKeeper = (app, { pm2 }) => {
  const name = entryName(app);
  return {
    kind: 'pm2',
    name,
    label: `pm2 entry ${name}${pm2 === undefined ? '' : ` of ${pm2.user}, ${pm2.home}`}`,
    commit: 'save its entry, and no other, in pm2’s dump',
    isMade: true,
    needsRoot: false,
    rootText: (user) => `Only root can act as ${user}, whose pm2 keeps the app`,
    needsSystemd: false,
    givesEnvironment: false,
    standsIn: true,
    looksFor: { startedBy: 'pm2 resurrect', homeFolder: '.pm2' },
    chosen: (facts, user, stops) => {
      const home = pm2HomeOf(facts, user, stops);
      return home === undefined ? {} : { pm2: home };
    },
    findings: (facts, user, find) => pm2Findings(facts, user, pm2, find),
    seen: (facts) => {
      const daemon = facts.pm2.find(({ entries }) => entries.some((entry) => entry.name === name));
      return daemon === undefined
        ? `expected pm2 to keep ${name}, none of its daemons does`
        : { pm2: { user: daemon.user, home: daemon.home, command: daemon.command, runs: true } };
    },
    keeps: (keeper) =>
      keeper.kind === 'pm2' && keeper.name === name && (pm2 === undefined || keeper.home === pm2.home),
  };
};

export interface KeptByPm2 {
  by: 'pm2';
  daemon: Pm2Facts;
  entries: Pm2Entry[];
}

/** An entry of a pm2 that something runs under now. */
export const pm2: FoundKind<KeptByPm2, KeptByUnsupported> & StopKind<Extract<Keeper, { kind: 'pm2' }>> = {
  find: (group, line, view) => keptByPm2(group, line, view) ?? unreadable(line, view),
  text: ({ daemon, entries }) =>
    entries.map((entry) => pm2Label(daemon, entry)).join(', ') || `pm2 of ${daemon.user}, in cluster mode`,
  survivesBoot: ({ daemon }, facts) =>
    pm2StartsAtBoot(facts, daemon.user) && daemon.dumpMatches ? 'yes' : 'no',
  namesApp: ({ entries }, view) => entries.some((entry) => entryTouches(entry, view)),
  isToldOfDaemon: true,
  named: ({ entries }, facts, path) => {
    const [first, ...others] = new Set(entries.map(({ name }) => name));
    const view = appView(facts, null, path);
    const isOwn =
      first?.startsWith('belay-') === false && entries.every((entry) => entryTouches(entry, view));
    return isOwn && others.length === 0 ? { key: 'entry', value: first } : null;
  },
  command: ({ entries: [entry] }) => entry && { argv: entryCommand(entry), cwd: entry.cwd },
  isItself: ({ daemon }, { root }) => daemon.daemonPid === root.pid,
  keepers: ({ daemon, entries }) => entries.map((entry) => entryKeeper(daemon, entry)),
  stops: (kept, _group, { app, view, role, why }) =>
    kept.entries.map((entry) => ({
      role,
      keeper: entryKeeper(kept.daemon, entry),
      label: pm2Label(kept.daemon, entry),
      why,
      active: true,
      ...entryStays(kept, app, view.facts),
    })),
  // Of a cluster the daemon itself listens. Root's may run an entry as another.
  user: ({ daemon }, root) =>
    daemon.user !== 'root' || root.pid === daemon.daemonPid ? daemon.user : undefined,
  alike: alikeEntries,
  ends: (isActive) => (isActive ? 'Stop' : 'Keep stopped'),
  staying: { kind: 'entry', told: (stays) => ({ how: stays === 'waits' ? 'reload' : 'restart' }) },
  waits: 'until it is reloaded',
  keeps: () => true,
  runs: true,
  comesBack: true,
  staysListed: true,
  onHost: (facts) =>
    facts.pm2.flatMap((daemon) =>
      daemon.entries.map((entry) => ({
        keeper: entryKeeper(daemon, entry),
        texts: [entry.cwd, entry.script],
      })),
    ),
  gives: entryGives,
  // One that an earlier belay made is its own, whatever belay.yml says now.
  goesOn: ({ home, name }) =>
    name.startsWith('belay-')
      ? undefined
      : {
          key: `${home}\n${name}`,
          setting: { entry: name },
          hindered: (facts, app, user) =>
            becauseOf(entryApart(facts, name, app.path) ?? anotherUser(app, user)),
        },
  names: ({ name }) => [name],
};

function keptByPm2(group: ProcessGroup, line: readonly ProcessFacts[], view: AppView): KeptByPm2 | null {
  for (const daemon of view.facts.pm2) {
    const entry = daemon.entries.find(
      ({ pid }) => pid > 0 && line.some((process) => process.pid === pid && isOf(process, daemon)),
    );
    if (entry !== undefined) return { by: 'pm2', daemon, entries: [entry] };
    // In cluster mode the daemon itself holds the socket. It is never the one to stop.
    if (group.root.pid === daemon.daemonPid) {
      const entries = daemon.entries.filter(
        (one) =>
          one.mode === 'cluster' && (entryRunsApp(one, view) || entryTouches(one, { ...view, folders: [] })),
      );
      const exact = entries.filter(
        ({ port }) => view.bind?.kind === 'port' && port === String(view.bind.port),
      );
      return { by: 'pm2', daemon, entries: exact.length > 0 ? exact : entries };
    }
    if (line.some(({ pid }) => pid === daemon.daemonPid)) {
      // The entry was restarted while its host was looked at, and has another pid by now.
      const entries = daemon.entries.filter(({ cwd }) => cwd === group.root.cwd);
      return { by: 'pm2', daemon, entries: entries.slice(0, 1) };
    }
  }
  return null;
}

/** pm2 chooses the interpreter by the script's name. */
function entryCommand({ script, args }: Pm2Entry): string[] {
  if (/\.[cm]?js$/.test(script)) return ['node', script, ...args];
  return /\.py$/.test(script) ? ['python3', script, ...args] : [script, ...args];
}

/** Of another user's processes a daemon may say what it likes. */
function isOf({ user }: ProcessFacts, daemon: Pm2Facts): boolean {
  return daemon.user === 'root' || user === daemon.user || user === '';
}

/** Facts of pm2 that are missing, although its daemon runs. */
function unreadable(line: readonly ProcessFacts[], { facts }: AppView): KeptByUnsupported | null {
  const process = line.find(
    ({ pid, command }) =>
      command[0]?.includes(': God Daemon (') === true &&
      !facts.pm2.some(({ daemonPid }) => daemonPid === pid),
  );
  return process === undefined ? null : { by: 'unsupported', process };
}
