import { Argument, type Command } from 'commander';
import type { MonitorOptions } from '../commands/monitor.js';
import type { NotifyOptions } from '../commands/notify.js';
import type { Runner } from '../commands/runner.js';
import { aboutApp, examples } from './options.js';

/** Commands that watch over an app between deployments: `monitor`, `notify`. */
export function addWatching(belay: Command, run: Runner): void {
  const monitorCommand = belay
    .command('monitor')
    .addArgument(new Argument('<what>', 'on, off, or how it stands').choices(['on', 'off', 'status']))
    .description('the health watch of an app: looks again and again, and tells the channels of notify')
    .option('--every <time>', 'how often it looks: 30s, 1m, 1h (with on)')
    .option('--json', 'print one JSON object')
    .action((what: 'on' | 'off' | 'status', options: MonitorOptions) =>
      run(async (io) => (await import('../commands/monitor.js')).monitor(what, options, io)),
    );
  examples(aboutApp(monitorCommand), [
    'belay monitor on --every 1m',
    'belay monitor status -e staging',
    'belay monitor off',
  ]);

  const notifyCommand = belay
    .command('notify')
    .description('send a test message to the channels of notify')
    .option('--to <name>', 'one channel, by its name')
    .option('--json', 'print one JSON array')
    .action((options: NotifyOptions) =>
      run(async (io) => (await import('../commands/notify.js')).notify(options, io)),
    );
  examples(aboutApp(notifyCommand), ['belay notify', 'belay notify --to slack']);
}
