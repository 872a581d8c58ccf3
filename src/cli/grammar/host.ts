import { Option, type Command } from 'commander';
import type { ExecOptions } from '../commands/exec.js';
import type { LogsOptions } from '../commands/logs.js';
import type { Runner } from '../commands/runner.js';
import { aboutApp, examples, lines, seconds } from './options.js';

/** Commands about what serves on a host: `logs`, `exec`. */
export function addHost(belay: Command, run: Runner): void {
  const logsCommand = aboutApp(belay.command('logs'))
    .description('the log of the release that serves')
    .option('-f, --follow', 'go on with what comes, until Ctrl-C')
    .addOption(new Option('-n, --lines <number>', 'how many lines').argParser(lines).default(100))
    .option('--deployment [id]', 'what a deployment’s steps wrote on the server; without an ID the latest')
    .action((options: LogsOptions) =>
      run(async (io) => (await import('../commands/logs.js')).logs(options, io)),
    );
  examples(logsCommand, ['belay logs -f', 'belay logs --deployment', 'belay logs -e staging -n 1000']);

  const execCommand = aboutApp(belay.command('exec'))
    .argument('<command...>', 'a program and its arguments')
    .description('run a command in the release that serves, as its user, with its environment')
    .addOption(
      new Option('--timeout <time>', 'at most so long: 90s, 30m').argParser(seconds).default(3600, '1h'),
    )
    .passThroughOptions()
    .action((command: string[], options: ExecOptions) =>
      run(async (io) => (await import('../commands/exec.js')).exec(command, options, io)),
    );
  examples(execCommand, ['belay exec flask routes', 'belay exec -- sh -c "ls -l | head"']);
}
