import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { Option, type Command } from 'commander';
import type * as Implementation from '../../sandbox/index.js';
import { printJson, type Io } from '../terminal/io.js';
import type { Runner } from './runner.js';
import { UserError } from '../terminal/user-error.js';

interface Json {
  json?: boolean;
}

/** Adds `belay sandbox` and its verbs to the program. */
export function registerSandbox(program: Command, run: Runner): void {
  const sandbox = program
    .command('sandbox')
    .description('throw-away real servers (Debian by systemd-nspawn; Linux, as root)');
  sandbox
    .command('create')
    .argument('<name>', 'its host name: lower-case letters, digits, dashes')
    .addOption(
      new Option('--like <kind>', 'plain: Debian with nginx, cron, pm2; incident: as before the incident')
        .choices(['plain', 'incident'])
        .default('plain'),
    )
    .option('--json', 'print one JSON object')
    .description('make a server; the first one takes a minute or two longer')
    .action((name: string, options: CreateOptions) => run((io) => sandboxCreate(name, options, io)));
  sandbox
    .command('list')
    .option('--json', 'print one JSON array')
    .description('all servers, and what is left of those that died')
    .action((options: Json) => run((io) => sandboxList(options, io)));
  sandbox
    .command('ssh')
    .argument('<name>')
    .argument('[command...]', 'after --; without it, a shell')
    .description('log in as root, or run a command')
    .action((name: string, command: string[]) => run(() => sandboxSsh(name, command)));
  sandbox
    .command('env')
    .argument('<name>')
    .description('settings for eval, so that the other commands reach it: eval "$(belay sandbox env web1)"')
    .action((name: string) => run((io) => sandboxEnv(name, io)));
  sandbox
    .command('destroy')
    .argument('[name]')
    .option('--all', 'every server')
    .option('--json', 'print one JSON object')
    .description('end a server and remove all of it')
    .action((name: string | undefined, options: DestroyOptions) =>
      run((io) => sandboxDestroy(name, options, io)),
    );
}

interface CreateOptions extends Json {
  like: 'plain' | 'incident';
}

/** `belay sandbox create`. */
async function sandboxCreate(name: string, { like, json }: CreateOptions, io: Io): Promise<number> {
  const started = Date.now();
  const say = (text: string) => {
    io.stderr(`${text}\n`);
  };
  const server = await implemented(({ createSandbox }) => createSandbox({ name, like, say }));
  const { address, sshConfig, resolve, caFile } = server;
  if (json) {
    printJson(io, { name, like, address, sshConfig, resolve, caFile });
    return 0;
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  io.stdout(`${name} is up at ${address} after ${seconds} s (${like})\n`);
  io.stdout(`log in:  belay sandbox ssh ${name}\n`);
  io.stdout(`let the other commands reach it:  eval "$(belay sandbox env ${name})"\n`);
  return 0;
}

/** `belay sandbox list`. */
async function sandboxList({ json }: Json, io: Io): Promise<number> {
  const servers = await implemented(({ listSandboxes }) => listSandboxes());
  if (json) {
    printJson(io, servers);
    return 0;
  }
  if (servers.length === 0) io.stderr('no sandbox servers; make one by `belay sandbox create web1`\n');
  for (const { name, state, like, address } of servers) {
    const columns = [name.padEnd(20), state.padEnd(10), (like ?? '-').padEnd(8), address ?? '-'];
    io.stdout(`${columns.join('  ')}\n`);
  }
  const left = servers.filter(({ state }) => state === 'dead' || state === 'incomplete');
  for (const { name } of left) io.stderr(`clear ${name} away by \`belay sandbox destroy ${name}\`\n`);
  return 0;
}

/** `belay sandbox ssh`. @returns the command's own exit code */
async function sandboxSsh(name: string, command: string[]): Promise<number> {
  const args = await implemented(async ({ findSandbox, sshArguments }) => {
    await findSandbox(name);
    return sshArguments(name);
  });
  const ssh = spawn('ssh', [...args, ...(command.length > 0 ? ['--', ...command] : [])], {
    stdio: 'inherit',
  });
  const [code, signal] = (await once(ssh, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}

/** `belay sandbox env`. */
async function sandboxEnv(name: string, io: Io): Promise<number> {
  const server = await implemented(({ findSandbox }) => findSandbox(name));
  const { environmentOf } = await import('../../sandbox/environment.js');
  for (const [key, value] of Object.entries(environmentOf(server)))
    io.stdout(`export ${key}=${quoted(value)}\n`);
  return 0;
}

interface DestroyOptions extends Json {
  all?: boolean;
}

/** `belay sandbox destroy`. */
async function sandboxDestroy(
  name: string | undefined,
  { all = false, json }: DestroyOptions,
  io: Io,
): Promise<number> {
  if (all === (name !== undefined)) throw new UserError('say which: belay sandbox destroy NAME, or --all');
  const destroyed = await implemented(async ({ destroyServer, serverNames }) => {
    const there = await serverNames();
    if (name !== undefined && !there.includes(name)) {
      throw new UserError(`there is no sandbox server ${name}; there are: ${there.join(', ') || 'none'}`);
    }
    const names = name === undefined ? there : [name];
    for (const each of names) await destroyServer(each);
    return names;
  });
  if (json) printJson(io, { destroyed });
  else io.stdout(destroyed.length > 0 ? `destroyed ${destroyed.join(', ')}\n` : 'there was none\n');
  return 0;
}

/** Its code is loaded only where it is needed; its errors become the user's. */
async function implemented<T>(action: (implementation: typeof Implementation) => Promise<T>): Promise<T> {
  const sandbox = await import('../../sandbox/index.js');
  try {
    return await action(sandbox);
  } catch (error) {
    if (!(error instanceof sandbox.SandboxError)) throw error;
    throw new UserError(error.message, 1, { cause: error });
  }
}

/** For POSIX sh. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
