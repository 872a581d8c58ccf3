import { Option, type Command } from 'commander';
import type { InitOptions } from '../commands/init.js';
import type { InspectOptions } from '../commands/inspect.js';
import type { Runner } from '../commands/runner.js';
import { examples, sshConfig } from './options.js';

/** Commands that look at a server: `init`, `inspect`. */
export function addLooking(belay: Command, run: Runner): void {
  const initCommand = sshConfig(belay.command('init'))
    .argument('[host]', 'a name as in ~/.ssh/config; without it, the only one there')
    .description('write belay.yml from what is found here and on the server')
    .option('--path <folder>', 'the app’s folder on the server, where there are several')
    .option('--site <name>', 'the server_name that leads to it, where nginx has several')
    .option('--run <command>', 'the start command, where it cannot be told')
    .option('-c, --config <file>', 'another file than ./belay.yml')
    .action((host: string | undefined, options: InitOptions) =>
      run(async (io) => (await import('../commands/init.js')).init(host, options, io)),
    );
  examples(initCommand, ['belay init', 'belay init web1 --path /srv/words']);

  const inspectCommand = sshConfig(belay.command('inspect'))
    .argument('<host>', 'a name as in ~/.ssh/config')
    .description('what is on a server: sites, who listens, who restarts it, surprises')
    .option('--path <folder>', 'one app’s folder: only what is about it')
    .addOption(new Option('--json', 'print one JSON object').conflicts('markdown'))
    .option('--markdown', 'print the server’s environment document')
    .action((host: string, options: InspectOptions) =>
      run(async (io) => (await import('../commands/inspect.js')).inspect(host, options, io)),
    );
  examples(inspectCommand, [
    'belay inspect web1',
    'belay inspect web1 --markdown > web1.md',
    'belay inspect web1 --path /srv/words',
  ]);
}
