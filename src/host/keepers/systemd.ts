import { releaseFolder, unitName } from '../../domain/app/release.js';
import type { App } from '../../domain/app/app.js';
import { unitOf } from '../../domain/keepers/evidence.js';
import { environmentFile, startScript, type Launch } from './launch.js';
import type { OwnUnit } from '../../domain/keepers/keeper.js';
import type { Holder, KeeperFields, Manager, ManagerState, ReleaseManager, Said } from './manager.js';

/** systemd, through the app's own unit. */
export function systemdManager(app: App): ReleaseManager {
  const unit = unitName(app);
  return {
    ...unitManager(unit, true),
    started: (launch) => ({
      environment: environmentFile(launch),
      start: startScript(launch),
      unit: unitFile(launch),
    }),
    rehearsal: (name) => ({ manager: unitManager(`${name}.service`, true), folder: `/run/${name}` }),
    look: `systemctl status ${unit}`,
  };
}

/**
 * Whatever runs as this unit, a transient one too.
 * @param isMade whether belay's start script is what it runs
 * @param own.socket the socket unit for which systemd itself listens
 */
export function unitManager(
  unit: string,
  isMade: boolean,
  { socket, elsewhere }: Pick<OwnUnit, 'socket' | 'elsewhere'> = {},
): Manager {
  return {
    label: unit,
    ...(socket === undefined ? {} : { lends: ({ pid }: Holder) => pid === 1 }),
    isMade,
    ...(elsewhere === true && { worksElsewhere: true }),
    keeper: { kind: 'systemd', name: unit, label: unit, definition: 'unit' },
    log: { kind: 'journal', unit },
    stateOf: (said, ticks) => stateOf(unit, said, ticks),
    // The first service is the system's own; below a user's manager its user may give cgroups any name.
    keeps: ({ cgroup }: Holder) => unitOf(cgroup) === unit,
  };
}

/**
 * A transient unit in the place of a keeper that cannot have a second copy of its app: it runs as what serves does, in its limits,
 * groups and priority, see lib/as-running.sh.
 * @param own how somebody's own keeper is asked for the variables that it gives
 */
export function besideManager(
  name: string,
  own?: Omit<KeeperFields, 'kind' | 'name' | 'label'>,
): { manager: Manager; folder: string } {
  const unit = `${name}.service`;
  const made = unitManager(unit, true);
  return {
    manager: { ...made, keeper: { ...made.keeper, ...own, by: 'as-running' } },
    folder: `/run/${name}`,
  };
}

/** Properties of systemctl show; a second is left between the process's start and what systemd noted of it. */
function stateOf(unit: string, said: Said, ticks: number): ManagerState {
  const {
    ActiveState: state = 'unknown',
    SubState: sub = '',
    NRestarts: restarts = '0',
    ExecMainStartTimestampMonotonic: started = '0',
  } = said;
  const restarted = restarts !== '0';
  const faults: string[] = [];
  if (state !== 'active')
    faults.push(`expected ${unit} to be active, it is ${state} (${sub}; ${endOf(said)})`);
  if (restarted)
    faults.push(
      `expected ${unit} to run since its start, systemd had to restart it ${restarts === '1' ? 'once' : `${restarts} times`}`,
    );
  return {
    faults,
    ...(state === 'activating' && sub.startsWith('start') && { starting: true }),
    fallen: state === 'inactive' || state === 'failed' || sub === 'auto-restart' || restarted,
    restarts: Number(restarts),
    earliestTicks: (Number(started) / 1e6 - 1) * ticks,
  };
}

/** How a unit's last run ended: `Result` names the kind alone (systemd.exec(5), $SERVICE_RESULT). */
function endOf({ Result: result = '', ExecMainCode: code = '', ExecMainStatus: status = '' }: Said): string {
  if (result === 'oom-kill') return 'the kernel killed it for lack of memory';
  if (result === 'signal' && status === '9')
    return 'killed by signal 9, as the kernel does where memory is short';
  if (result === 'signal') return `killed by signal ${status}`;
  return code === '1' ? `exit status ${status}` : result;
}

/** A release's unit file (systemd.unit(5), systemd.service(5)). */
export function unitFile({ app, release, user, bind }: Launch): string {
  const folder = releaseFolder(app.path, release);
  const runtime = bind.kind === 'socket' ? bind.runtime : undefined;
  return [
    '# Made by belay, and made anew by every deployment: changes belong into belay.yml, or into a drop-in.',
    '[Unit]',
    `Description=${percent(app.name)} (${percent(app.environment)}), release ${release}`,
    'After=network.target',
    // Or a database that is away for some seconds would end the app for good.
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    `User=${user}`,
    `WorkingDirectory=${percent(folder)}/tree`,
    // The host says where the record is (keeper-systemd.sh).
    'EnvironmentFile={record}/environment',
    ...(runtime === undefined
      ? []
      : [`RuntimeDirectory=${percent(runtime)}`, 'RuntimeDirectoryPreserve=yes']),
    `ExecStart=/bin/sh ${word(`${folder}/start`)}`,
    'Restart=always',
    'RestartSec=1',
    'KillMode=mixed',
    'TimeoutStopSec=30',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

/** `%` begins a specifier nearly everywhere in a unit file. */
function percent(text: string): string {
  return text.replaceAll('%', '%%');
}

/** One argument of ExecStart=. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text)
    ? percent(text)
    : `"${percent(text).replace(/["\\]/g, '\\$&').replaceAll('$', '$$$$')}"`;
}
