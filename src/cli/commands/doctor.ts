import { type Check, diagnose } from '../../temporal/diagnose.js';
import { onPath } from '../../temporal/cli/run-tool.js';
import { type Io, printJson } from '../terminal/io.js';

export interface DoctorOptions {
  json?: boolean;
}

/** `belay doctor`: what is missing on this machine, and how to get it. Exit code 1 where something needed is missing. */
export async function doctor({ json = false }: DoctorOptions, io: Io): Promise<number> {
  const checks = [node(), tool('ssh'), tool('ssh-keygen'), ...(await diagnose()), sandbox()];
  const missing = checks.filter(({ status }) => status === 'missing').length;
  if (json) {
    printJson(io, { ready: missing === 0, checks });
  } else {
    for (const check of checks) io.stdout(line(check, io));
    io.stdout(missing === 0 ? 'Nothing that is needed is missing.\n' : `${missing} missing.\n`);
  }
  return missing === 0 ? 0 : 1;
}

function line({ status, message, remedy }: Check, io: Io): string {
  const { green, red, yellow } = io.colors.stdout;
  const mark = { ok: green('ok     '), missing: red('missing'), absent: yellow('absent ') }[status];
  return `${mark}  ${message}\n${remedy ? `         → ${remedy}\n` : ''}`;
}

/** `engines` of package.json. */
function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  return {
    id: 'node',
    status: enough ? 'ok' : 'missing',
    message: `Node ${process.versions.node}${enough ? '' : ', and 20.19 or later is needed'}`,
    remedy: enough ? '' : 'install a current Node: https://nodejs.org',
  };
}

/** OpenSSH's own programs say how a host is reached and which keys are known. */
function tool(name: string): Check {
  const path = onPath(name);
  return {
    id: name,
    status: path ? 'ok' : 'missing',
    message: path ? `${name} at ${path}` : `${name} is not on PATH`,
    remedy: path ? '' : `install OpenSSH's client: ${install('openssh-client', 'openssh')}`,
  };
}

/** Throw-away servers are made from Docker images or, as root on Linux, from a Debian base tree. */
function sandbox(): Check {
  const id = 'sandbox';
  const tools = ['debootstrap', 'systemd-nspawn'];
  const lacking = tools.filter((name) => !onPath(name));
  const root = process.platform === 'linux' && process.getuid?.() === 0;
  if (root && lacking.length === 0)
    return { id, status: 'ok', message: 'belay sandbox: systemd-nspawn', remedy: '' };
  if (onPath('docker'))
    return { id, status: 'ok', message: 'belay sandbox: docker, where its daemon runs', remedy: '' };
  return {
    id,
    status: 'absent',
    message: `belay sandbox can make no servers here: no docker, and ${root ? `no ${lacking.join(', no ')}` : 'not root on Linux'}`,
    remedy: root
      ? install('debootstrap systemd-container', 'debootstrap')
      : 'install Docker; only belay sandbox needs it',
  };
}

function install(debian: string, brew: string): string {
  return process.platform === 'darwin' ? `brew install ${brew}` : `apt-get install ${debian}`;
}
