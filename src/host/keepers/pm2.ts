import type { App } from '../../domain/app/app.js';
import type { Pm2Home } from '../../domain/keepers/keeper.js';
import { entryName, releaseFolder } from '../../domain/app/release.js';
import { environmentFile, startScript, type Launch } from './launch.js';
import type { ReleaseManager, Said } from './manager.js';
import { descendsFrom, processManager } from './process.js';
import { besideManager } from './systemd.js';

/** pm2, through an entry of the app's own in the daemon of the user that the app runs as. */
export function pm2Manager(app: App, release: string, daemon: Pm2Home): ReleaseManager {
  const name = entryName(app);
  const { user, home, command } = daemon;
  const label = `pm2 entry ${name} of ${user}`;
  return {
    label,
    isMade: true,
    keeper: { kind: 'pm2', name, label, definition: 'entry', user, home, command },
    log: {
      kind: 'file',
      file: logFile(home, name),
      from: `releases/${release}/log-from`,
    },
    started: (launch) => ({
      environment: environmentFile(launch),
      start: startScript(launch),
      entry: entryFile(launch, daemon),
    }),
    rehearsal: () => ({
      manager: processManager('the rehearsal', app.path, release),
      folder: `${releaseFolder(app.path, release)}/rehearsal/run`,
    }),
    beside: (spare) => besideManager(spare),
    look: `pm2 describe ${name}`,
    stateOf: (said) => stateOf(label, said),
    keeps: (holder, said) => descendsFrom(holder, said['pid']),
  };
}

function stateOf(label: string, said: Said) {
  const { status = 'gone', restarts = '0', ticks = '' } = said;
  const restarted = restarts !== '0';
  const faults: string[] = [];
  if (status !== 'online') faults.push(`expected ${label} to be online, it is ${status}`);
  if (restarted)
    faults.push(
      `expected ${label} to run since its start, it was started again ${restarts === '1' ? 'once' : `${restarts} times`}`,
    );
  return {
    faults,
    fallen: restarted || !['online', 'launching'].includes(status),
    restarts: Number(restarts),
    earliestTicks: Number(ticks),
  };
}

/**
 * The entry, as the daemon's `prepare` takes it and as its dump holds it. In fork mode alone: in cluster mode the daemon
 * itself would hold the socket. What the app needs of its environment the start script reads.
 */
function entryFile({ app, release, user }: Launch, { home }: Pm2Home): string {
  const name = entryName(app);
  const folder = releaseFolder(app.path, release);
  const log = logFile(home, name);
  const entry = {
    name,
    namespace: 'default',
    username: user,
    pm_exec_path: '/bin/sh',
    args: [`${folder}/start`],
    pm_cwd: `${folder}/tree`,
    exec_interpreter: 'none',
    exec_mode: 'fork_mode',
    instance_var: 'NODE_APP_INSTANCE',
    autostart: true,
    autorestart: true,
    // pm2 would give up after 16 short lives: a database that is away for some seconds would end the app for good.
    min_uptime: 0,
    restart_delay: 1000,
    kill_timeout: 30_000,
    treekill: true,
    watch: false,
    pmx: false,
    vizion: false,
    merge_logs: true,
    pm_out_log_path: log,
    pm_err_log_path: log,
    pm_pid_path: `${home}/pids/${name}.pid`,
    env: {},
  };
  return `${JSON.stringify(entry, null, 2)}\n`;
}

/** One for all that it writes, so that lines stay in their order. */
function logFile(home: string, name: string): string {
  return `${home}/logs/${name}.log`;
}
