import type { App } from '../../app/app.js';
import type { Facts, ProcessFacts, UnitFacts } from '../../facts/facts.js';
import { isEnabled, unitOf, unitTouches } from '../evidence.js';
import type { Finder } from '../../findings/finder.js';
import type { Keeper } from '../../app/keeper.js';
import type { Stop } from '../keeper.js';
import { ownUnitOf, whyNotKept } from '../own-unit.js';
import { touchesApp, type AppView, type ProcessGroup } from '../process-groups.js';
import { triggersOf } from '../triggers.js';
import type { About, FoundKind, GoesOn, StopKind } from './found.js';
import type { DescribesKeeper } from './kind.js';
import { unitGives } from './unit-settings.js';

/** Somebody's own system unit: belay changes no file of it, nor whether it starts at boot. */
export const ownUnitKeeper: DescribesKeeper = (app, seen) => {
  const name = app.unit ?? seen.unit?.unit ?? '';
  return {
    kind: 'unit',
    name,
    label: name,
    commit: `leave ${name} as it is, at boot too`,
    isMade: false,
    needsRoot: true,
    rootText: () => 'Units can be started by root alone',
    needsSystemd: true,
    givesEnvironment: false,
    seen: (facts) => {
      const unit = ownUnitOf(facts, null, app);
      return unit === null ? `expected ${name} to keep the app, the host has no such unit` : { unit };
    },
    keeps: (keeper) => keeper.kind === 'unit' && keeper.unit === name,
  };
};

export interface KeptByUnit {
  by: 'unit';
  unit: UnitFacts;
}

type Unit = Extract<Keeper, { kind: 'unit' }>;

/** A system unit that something runs under now. */
export const unit: FoundKind<KeptByUnit> & StopKind<Unit> = {
  find: ({ root }, line, view) => {
    const found = view.facts.units.find((one) => one.unit === unitOf(root.cgroup));
    return found !== undefined && isItsOwn(found, line, view) ? { by: 'unit', unit: found } : null;
  },
  text: ({ unit: { unit: name, restart } }) =>
    `unit ${name}${restart === 'no' || restart === '' ? ', without restart' : `, Restart=${restart}`}`,
  survivesBoot: ({ unit: { enabled, fragmentPath, triggeredBy = [] } }, { units }) => {
    if (fragmentPath.startsWith('/run/')) return 'no';
    const triggered = triggeredBy.some((name) =>
      units.some(({ unit: one, enabled: state }) => one === name && isEnabled(state)),
    );
    if (isEnabled(enabled) || triggered) return 'yes';
    // What another unit pulls in says nothing of it here.
    return enabled === 'disabled' ? 'no' : 'unknown';
  },
  appOf: ({ unit: { unit: name } }) => /^belay-(.+)\.service$/.exec(name)?.[1],
  named: ({ unit: found }, facts, path) =>
    found.unit.startsWith('belay-') || whyNotKept(found, facts, { path }) !== undefined
      ? null
      : { key: 'unit', value: found.unit },
  commandText: ({ unit: { execStart } }) => execStart,
  refuses: holdsOthers,
  namesApp: ({ unit: found }, view) => unitTouches(found, view),
  keepers: ({ unit: { unit: name } }) => [{ kind: 'unit', unit: name }],
  stops: stopsOfUnit,
  // systemd itself listens for the unit.
  user: ({ unit: { user } }, root) => (root.pid === 1 ? user || 'root' : undefined),
  ends: (isActive) => (isActive ? 'Stop and disable' : 'Disable'),
  keeps: ({ unit: name }) => isService(name),
  runs: true,
  comesBack: true,
  triggers: ({ unit: name }) => !isService(name),
  onHost: ({ units }) =>
    units
      .filter(({ fragmentPath }) => fragmentPath !== '')
      .map(({ unit: name, workingDirectory, execStart }) => ({
        keeper: { kind: 'unit', unit: name },
        texts: [workingDirectory, execStart],
      })),
  gives: unitGives,
  staying: { kind: 'unit', told: (stays) => ({ stays }) },
  waits: 'until it is restarted; its socket goes on listening, so that requests wait',
  goesOn: ({ unit: name }) => ({
    key: name,
    setting: { unit: name },
    hindered: (facts, app) => hindered(name, facts, app),
  }),
  names: ({ unit: name }) => [name, name.replace(/\.service$/, '')],
};

function isService(name: string): boolean {
  return name.endsWith('.service');
}

function hindered(name: string, facts: Facts, app: App): ReturnType<GoesOn['hindered']> {
  const found = facts.units.find((one) => one.unit === name);
  const why = found === undefined ? undefined : whyNotKept(found, facts, app);
  return why === undefined ? undefined : { why, evidence: `${found?.fragmentPath}: ${found?.execStart}` };
}

/**
 * cron's, sshd's and other services' cgroups hold what was started through them, and that is not theirs: their
 * KillMode says so. A unit keeps a process where its main process is that one or an ancestor of it.
 */
function isItsOwn(found: UnitFacts, line: readonly ProcessFacts[], view: AppView): boolean {
  if (unitTouches(found, view)) return true;
  if (found.mainPid === 0) return false;
  return (
    line[0]?.pid === found.mainPid ||
    (found.killMode !== 'process' && line.some(({ pid }) => pid === found.mainPid))
  );
}

/** A unit that also holds other apps' servers: stopping it would end them. */
function holdsOthers(
  { unit: { unit: name } }: KeptByUnit,
  { members }: ProcessGroup,
  view: AppView,
  find: Finder,
): boolean {
  const other = view.facts.listeners
    .flatMap(({ pids }) => pids)
    .map((pid) => view.byPid.get(pid))
    .filter((process) => process !== undefined)
    .find(
      (process) =>
        unitOf(process.cgroup) === name && !touchesApp(process, view) && !members.includes(process),
    );
  if (other === undefined) return false;
  find.report(
    'unit.shared',
    `The app is kept by ${name}, which also runs another server; stopping it would end both.`,
    `pid ${other.pid}: ${other.command.join(' ').slice(0, 300)}, works in ${other.cwd}`,
    'Give each of them a unit of its own, then plan again.',
  );
  return true;
}

function stopsOfUnit(
  { unit: found }: KeptByUnit,
  { root }: ProcessGroup,
  { app, view, role, why }: About,
  find: Finder,
): Stop[] {
  const { unit: name, enabled, fragmentPath, active, execStart } = found;
  if (fragmentPath.startsWith('/run/systemd/transient/')) {
    find.report(
      'unit.transient',
      `${name} was made by systemd-run and is gone once it stops: a rollback could not start it again.`,
      `${fragmentPath}: ${execStart}`,
      'Give it a unit file in /etc/systemd/system, then plan again.',
    );
  }
  const own = name === app.unit ? ownUnitOf(view.facts, view.bind, app) : null;
  const triggers =
    own === null
      ? triggersOf(found, view).map((trigger) => ({ ...trigger, role }))
      : triggersOf(found, view)
          .filter(({ keeper }) => keeper.kind === 'unit' && /\.(?:timer|path)$/.test(keeper.unit))
          .map((trigger) => ({ ...trigger, resumes: true as const }));
  return [
    ...triggers,
    {
      role,
      keeper: { kind: 'unit', unit: name },
      label: `unit ${name}`,
      why,
      active: root.pid !== 1 || active === 'active',
      enabled: isEnabled(enabled),
      ...(own !== null && { stays: own.socket === undefined ? 'stops' : 'waits' }),
    },
  ];
}
