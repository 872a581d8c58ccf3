import type { App } from '../../domain/app/app.js';
import { releaseKeeper } from '../../domain/keepers/kinds/of-app.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import type { Bind } from '../../domain/app/address.js';
import { releaseFolder } from '../../domain/app/release.js';
import { bindName } from './bind-name.js';
import { HostError } from '../types.js';

/** What is to be kept running. */
export interface Launch {
  app: App;
  release: string;
  user: string;
  bind: Bind;
}

/** What commands are run with; where nothing listens there is no address. */
export type Environment = Pick<Launch, 'app' | 'release'> & { bind: Bind | null };

const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The start script, a release's `start`: belay.yml's `run` as the process that its keeper knows as the main one. systemd
 * hands over the environment; elsewhere, and while it is rehearsed, the script reads it from the file beside it, so that no
 * other place holds it. The host's own file of variables is always the script's to read: what it reads it reads as the app's
 * user, who may have put a link there.
 * @throws HostError Configuration where `run` asks for a port and the address is a socket, or the other way round
 */
export function startScript({ app, release, bind }: Launch, rehearsed = false): string {
  refuseOtherKind(app.run, bind);
  const run = app.run
    .replaceAll('{bind}', bindName(bind))
    .replaceAll('{port}', bind.kind === 'port' ? String(bind.port) : '')
    .replaceAll('{socket}', bind.kind === 'socket' ? bind.path : '')
    .trim();
  return [
    '#!/bin/sh',
    `# Starts release ${release} of ${app.name}; made by belay.`,
    ...(releaseKeeper(app).givesEnvironment && !rehearsed
      ? []
      : ['set -a', '. "${0%/*}/environment"', 'set +a']),
    ...readEnvFile(envFilePath(app, release)),
    ...(bind.kind === 'socket' ? [clearSocket(bind.path)] : []),
    replacingShell(run),
    '',
  ].join('\n');
}

function refuseOtherKind(run: string, bind: Bind): void {
  const wrong = bind.kind === 'socket' ? '{port}' : '{socket}';
  if (!run.includes(wrong)) return;
  const [leads, lead] =
    bind.kind === 'socket' ? [`the socket ${bind.path}`, 'a port'] : [`port ${bind.port}`, 'a socket'];
  throw new HostError(
    failureTypes.configuration,
    `\`run\` names ${wrong}, but ${bind.from} leads to ${leads}: write {bind}, or let nginx lead to ${lead}`,
  );
}

/** `env-file.sh` lies beside it: what the file means to systemd, it means here. Where systemd read it, that is said. */
function readEnvFile(file: string): string[] {
  if (file === '') return [];
  const fail = `{ echo ${quoted(`env_file ${file} cannot be read`)} >&2; exit 1; }`;
  return [
    'if [ -z "${BELAY_ENV_FILE-}" ]; then',
    `  [ -r ${quoted(file)} ] || ${fail}`,
    '  . "${0%/*}/env-file.sh"',
    `  eval "$(exports_of ${quoted(file)})"`,
    'fi',
  ];
}

/** What a killed process left behind would keep the next one from listening; a socket that somebody listens on stays. */
function clearSocket(path: string): string {
  const listening = quoted(` ${path.replace(/[\\^$.*[\]]/g, '\\$&')}$`);
  return `if [ -S ${quoted(path)} ] && ! grep -q ${listening} /proc/net/unix; then rm -f ${quoted(path)}; fi`;
}

/** Without `exec` a shell would stay between the keeper and the app, and take its signals. */
function replacingShell(run: string): string {
  if (/[;&|\n]/.test(run) || /^(?:exec|if|for|while|until|case)\s|^[({!]/.test(run)) return run;
  return /^[A-Za-z_]\w*=/.test(run) ? `exec env ${run}` : `exec ${run}`;
}

/**
 * A release's `environment`: means the same to systemd (EnvironmentFile= of systemd.exec(5)) and, after `set -a`, to sh.
 * belay's own variables come last, because the proof of the new release rests on them.
 */
export function environmentFile({ app, release, bind }: Environment): string {
  const tree = `${releaseFolder(app.path, release)}/tree`;
  const variables: [string, string][] = [
    ['PATH', `${tree}/.venv/bin:${tree}/venv/bin:${tree}/node_modules/.bin:${standardPath}`],
    ...Object.entries(app.env),
    ...(bind?.kind === 'port' ? [['PORT', String(bind.port)] as [string, string]] : []),
    ...(bind === null ? [] : [['BELAY_BIND', bindName(bind)] as [string, string]]),
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

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
