import type { App } from '../domain/app.js';
import { failureTypes } from '../domain/failure.js';
import type { Bind } from '../domain/plan.js';
import { releaseFolder } from '../domain/release.js';
import { bindName } from './process-proof.js';
import { HostError } from './types.js';

/** What is to be kept running. */
export interface Launch {
  app: App;
  release: string;
  user: string;
  bind: Bind;
}

const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The start script, a release's `start`: belay.yml's `run` as the process that systemd knows as the main one.
 * @throws HostError Configuration where `run` asks for a port and the address is a socket
 */
export function startScript({ app, release, bind }: Launch): string {
  if (bind.kind === 'socket' && app.run.includes('{port}')) {
    throw new HostError(
      failureTypes.configuration,
      `\`run\` names {port}, but ${bind.from} leads to the socket ${bind.path}: write {bind}, or let nginx lead to a port`,
    );
  }
  const run = app.run
    .replaceAll('{bind}', bindName(bind))
    .replaceAll('{port}', bind.kind === 'port' ? String(bind.port) : '')
    .trim();
  return `#!/bin/sh\n# Starts release ${release} of ${app.name}; made by belay.\n${replacingShell(run)}\n`;
}

/** Without `exec` a shell would stay between systemd and the app, and take its signals. */
function replacingShell(run: string): string {
  if (/[;&|\n]/.test(run) || /^(?:exec|if|for|while|until|case)\s|^[({!]/.test(run)) return run;
  return /^[A-Za-z_]\w*=/.test(run) ? `exec env ${run}` : `exec ${run}`;
}

/**
 * A release's `environment`: means the same to systemd (EnvironmentFile= of systemd.exec(5)) and, after `set -a`, to sh.
 * belay's own variables come last, because the proof of the new release rests on them.
 */
export function environmentFile({ app, release, bind }: Launch): string {
  const tree = `${releaseFolder(app.path, release)}/tree`;
  const variables: [string, string][] = [
    ['PATH', `${tree}/.venv/bin:${tree}/venv/bin:${tree}/node_modules/.bin:${standardPath}`],
    ...Object.entries(app.env),
    ...(bind.kind === 'port' ? [['PORT', String(bind.port)] as [string, string]] : []),
    ['BELAY_BIND', bindName(bind)],
    ['BELAY_RELEASE', release],
    // Or setproctitle, as gunicorn uses it, writes over the environment that BELAY_RELEASE is read from.
    ['SPT_NOENV', '1'],
  ];
  return variables.map((variable) => `${assignment(variable)}\n`).join('');
}

/** The line of a release's `environment` that says at which address it was started. */
export function addressLine(bind: Bind): string {
  return assignment(['BELAY_BIND', bindName(bind)]);
}

function assignment([name, value]: [string, string]): string {
  return `${name}="${value.replace(/["\\$`]/g, '\\$&')}"`;
}

/** Absolute path of the file of variables that stays on the host; empty where belay.yml names none. */
export function envFilePath(app: App, release: string): string {
  if (app.envFile === undefined) return '';
  return app.envFile.startsWith('/')
    ? app.envFile
    : `${releaseFolder(app.path, release)}/tree/${app.envFile.replace(/^\.\//, '')}`;
}

/** A release's unit file (systemd.unit(5), systemd.service(5)). */
export function unitFile({ app, release, user, bind }: Launch): string {
  const folder = releaseFolder(app.path, release);
  const envFile = envFilePath(app, release);
  // A socket's folder in /run would go with the old version's unit, if that made it.
  const runtime = bind.kind === 'socket' ? /^\/run\/([^/]+)\/[^/]+$/.exec(bind.path)?.[1] : undefined;
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
    `EnvironmentFile=${percent(folder)}/environment`,
    ...(envFile === '' ? [] : [`EnvironmentFile=${percent(envFile)}`]),
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
