import { Option, type Command } from 'commander';
import type { ListOptions } from '../commands/list.js';
import type { ReportOptions } from '../commands/report.js';
import { languages } from '../terminal/language.js';
import type { Runner } from '../commands/runner.js';
import type { StatusOptions } from '../commands/status.js';
import type { WaitOptions } from '../commands/wait.js';
import type { WatchOptions } from '../commands/watch.js';
import { aboutId, examples, junit, machineReadable, seconds } from './options.js';

/** Commands that show a deployment: `watch`, `wait`, `status`, `list`, `report`. */
export function addFollowing(belay: Command, run: Runner): void {
  const watchCommand = aboutId(belay.command('watch'))
    .description('follow a deployment to its end')
    .action((id: string | undefined, options: WatchOptions) =>
      run(async (io) => (await import('../commands/watch.js')).watch(id, options, io)),
    );
  examples(machineReadable(watchCommand), ['belay watch', 'belay watch words/production/web1']);

  const waitCommand = junit(aboutId(belay.command('wait')))
    .description('wait, silently, until a deployment is over; exits as it did')
    .addOption(new Option('--timeout <time>', 'at most so long: 90s, 30m').argParser(seconds))
    .option('--json', 'print one JSON object at the end')
    .action((id: string | undefined, options: WaitOptions) =>
      run(async (io) => (await import('../commands/wait.js')).wait(id, options, io)),
    );
  examples(waitCommand, ['belay deploy --yes --detach && belay wait --timeout 30m --junit belay.xml']);

  const statusCommand = aboutId(belay.command('status'))
    .description('how a deployment stands; exits as it did')
    .option('--json', 'print one JSON object')
    .action((id: string | undefined, options: StatusOptions) =>
      run(async (io) => (await import('../commands/status.js')).status(id, options, io)),
    );
  examples(statusCommand, ['belay status', 'belay status words/production/web1 --json']);

  const listCommand = belay
    .command('list')
    .description('all deployments, the newest first')
    .option('--json', 'print one JSON array')
    .action((options: ListOptions) =>
      run(async (io) => (await import('../commands/list.js')).list(options, io)),
    );
  examples(listCommand, ['belay list', 'belay list --json']);

  const reportCommand = aboutId(belay.command('report'))
    .description('the record of a deployment, or its post-mortem')
    .addOption(
      new Option('--format <format>', 'how it is written').choices(['md', 'html', 'json']).default('md'),
    )
    .addOption(
      new Option(
        '--lang <language>',
        'its own words, else BELAY_LANG’s; a server’s stay as they are',
      ).choices(languages),
    )
    .action((id: string | undefined, options: ReportOptions) =>
      run(async (io) => (await import('../commands/report.js')).report(id, options, io)),
    );
  examples(reportCommand, [
    'belay report > post-mortem.md',
    'belay report --format html --lang zh > report.html',
    'belay report words/production/web1 --format json',
  ]);
}
