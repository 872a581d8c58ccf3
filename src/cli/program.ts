import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { AbortOptions } from './abort.js';
import type { ApproveOptions } from './approve.js';
import type { DeployOptions } from './deploy.js';
import type { DoctorOptions } from './doctor.js';
import type { DownOptions } from './down.js';
import type { InitOptions } from './init.js';
import type { InspectOptions } from './inspect.js';
import type { Io } from './io.js';
import type { ListOptions } from './list.js';
import type { PlanOptions } from './plan.js';
import type { RecoverOptions } from './recover.js';
import type { ReportOptions } from './report.js';
import type { IdOptions } from './resolve-id.js';
import type { RollbackOptions } from './rollback.js';
import type { Runner } from './runner.js';
import { registerSandbox } from './sandbox.js';
import type { StatusOptions } from './status.js';
import type { UpOptions } from './up.js';
import type { WaitOptions } from './wait.js';
import type { WatchOptions } from './watch.js';

// What a command does is imported when it is called: `belay --help` loads neither gRPC nor zod.

/** The command line's grammar and help. `run` gets the work of the command that was called. */
export function program(io: Io, run: Runner): Command {
  const belay = new Command('belay')
    .description(
      'Deploys applications to servers over SSH, proves that they serve, and puts the old version back where not.',
    )
    .version(version(), '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout(text),
      writeErr: (text) => io.stderr(text),
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
    })
    .showHelpAfterError('(--help shows how it is called)');
  addLooking(belay, run);
  addDeploying(belay, run);
  addFollowing(belay, run);
  addOperating(belay, run);
  addMachine(belay, run);
  belay.addHelpText('after', exitCodesHelp);
  return belay;
}

function addLooking(belay: Command, run: Runner): void {
  const initCommand = sshConfig(belay.command('init'))
    .argument('[host]', 'a name as in ~/.ssh/config; without it, the only one there')
    .description('write belay.yml from what is found here and on the server')
    .option('--path <folder>', 'the app’s folder on the server, where there are several')
    .option('--site <name>', 'the server_name that leads to it, where nginx has several')
    .option('--run <command>', 'the start command, where it cannot be told')
    .option('-c, --config <file>', 'another file than ./belay.yml')
    .action((host: string | undefined, options: InitOptions) =>
      run(async (io) => (await import('./init.js')).init(host, options, io)),
    );
  examples(initCommand, ['belay init', 'belay init web1 --path /srv/words']);

  const inspectCommand = sshConfig(belay.command('inspect'))
    .argument('<host>', 'a name as in ~/.ssh/config')
    .description('what is on a server: sites, who listens, who restarts it, surprises')
    .option('--path <folder>', 'one app’s folder: only what is about it')
    .addOption(new Option('--json', 'print one JSON object').conflicts('markdown'))
    .option('--markdown', 'print the server’s environment document')
    .action((host: string, options: InspectOptions) =>
      run(async (io) => (await import('./inspect.js')).inspect(host, options, io)),
    );
  examples(inspectCommand, [
    'belay inspect web1',
    'belay inspect web1 --markdown > web1.md',
    'belay inspect web1 --path /srv/words',
  ]);
}

function addDeploying(belay: Command, run: Runner): void {
  const planCommand = belay
    .command('plan')
    .description('what deploy would find and do; changes nothing')
    .option('--json', 'print one JSON object')
    .option('--markdown', 'print the plan as Markdown')
    .option('--rehearse', 'also boot the staged release on a spare port, ask it its pages, stop it')
    .action((options: PlanOptions) => run(async (io) => (await import('./plan.js')).plan(options, io)));
  examples(junit(aboutApp(planCommand)), [
    'belay plan',
    'belay plan --rehearse',
    'belay plan -e staging --markdown >> summary.md',
  ]);

  const deployCommand = belay
    .command('deploy')
    .description('start the deployment and follow it; Ctrl-C leaves it running')
    .option('-y, --yes', 'approve the plan without asking')
    .option('-d, --detach', 'start it and do not follow it')
    .action((options: DeployOptions) => run(async (io) => (await import('./deploy.js')).deploy(options, io)));
  examples(machineReadable(aboutApp(deployCommand)), [
    'belay deploy',
    'belay deploy -e production --yes',
    'belay deploy --yes --json > outcome.json',
  ]);

  const rollbackCommand = belay
    .command('rollback')
    .description('go back to the previous release, or to the one named')
    .option('--to <release>', 'a release that the server still has')
    .option('-d, --detach', 'start it and do not follow it')
    .action((options: RollbackOptions) =>
      run(async (io) => (await import('./rollback.js')).rollback(options, io)),
    );
  examples(machineReadable(aboutApp(rollbackCommand)), [
    'belay rollback',
    'belay rollback --to 20261124T101500Z-1f0c9a2b',
  ]);
}

function addFollowing(belay: Command, run: Runner): void {
  const watchCommand = aboutId(belay.command('watch'))
    .description('follow a deployment to its end')
    .action((id: string | undefined, options: WatchOptions) =>
      run(async (io) => (await import('./watch.js')).watch(id, options, io)),
    );
  examples(machineReadable(watchCommand), ['belay watch', 'belay watch words/production/web1']);

  const waitCommand = junit(aboutId(belay.command('wait')))
    .description('wait, silently, until a deployment is over; exits as it did')
    .addOption(new Option('--timeout <time>', 'at most so long: 90s, 30m').argParser(seconds))
    .option('--json', 'print one JSON object at the end')
    .action((id: string | undefined, options: WaitOptions) =>
      run(async (io) => (await import('./wait.js')).wait(id, options, io)),
    );
  examples(waitCommand, ['belay deploy --yes --detach && belay wait --timeout 30m --junit belay.xml']);

  const statusCommand = aboutId(belay.command('status'))
    .description('how a deployment stands; exits as it did')
    .option('--json', 'print one JSON object')
    .action((id: string | undefined, options: StatusOptions) =>
      run(async (io) => (await import('./status.js')).status(id, options, io)),
    );
  examples(statusCommand, ['belay status', 'belay status words/production/web1 --json']);

  const listCommand = belay
    .command('list')
    .description('all deployments, the newest first')
    .option('--json', 'print one JSON array')
    .action((options: ListOptions) => run(async (io) => (await import('./list.js')).list(options, io)));
  examples(listCommand, ['belay list', 'belay list --json']);

  const reportCommand = aboutId(belay.command('report'))
    .description('the record of a deployment, or its post-mortem')
    .addOption(
      new Option('--format <format>', 'how it is written').choices(['md', 'html', 'json']).default('md'),
    )
    .addOption(
      new Option('--lang <language>', 'its own words; a server’s stay as they are')
        .choices(['en', 'zh'])
        .default('en'),
    )
    .action((id: string | undefined, options: ReportOptions) =>
      run(async (io) => (await import('./report.js')).report(id, options, io)),
    );
  examples(reportCommand, [
    'belay report > post-mortem.md',
    'belay report --format html --lang zh > report.html',
    'belay report words/production/web1 --format json',
  ]);
}

function addOperating(belay: Command, run: Runner): void {
  const approveCommand = aboutId(belay.command('approve'))
    .description('approve the plan that waits; without --plan it is shown, and you are asked')
    .option('--plan <digest>', "the plan's digest, or its first 8 digits")
    .action((id: string | undefined, options: ApproveOptions) =>
      run(async (io) => (await import('./approve.js')).approve(id, options, io)),
    );
  examples(approveCommand, ['belay approve --plan 1f0c9a2b', 'belay approve words/production/web1']);

  const abortCommand = aboutId(belay.command('abort'))
    .description('stop a deployment and have the old version put back')
    .option('--reason <text>', 'why: it is kept in the record')
    .action((id: string | undefined, options: AbortOptions) =>
      run(async (io) => (await import('./abort.js')).abort(id, options, io)),
    );
  examples(abortCommand, ['belay abort --reason "wrong branch"']);

  const retryCommand = aboutId(belay.command('retry-rollback'))
    .description('try the rest of an incomplete rollback again')
    .action((id: string | undefined, options: IdOptions) =>
      run(async (io) => (await import('./retry-rollback.js')).retryRollback(id, options, io)),
    );
  examples(retryCommand, ['belay retry-rollback words/production/web1']);

  const giveUpCommand = aboutId(belay.command('give-up'))
    .description('end an incomplete rollback as it is; what remains is done by hand')
    .action((id: string | undefined, options: IdOptions) =>
      run(async (io) => (await import('./give-up.js')).giveUp(id, options, io)),
    );
  examples(giveUpCommand, ['belay give-up words/production/web1']);

  const recoverCommand = aboutId(belay.command('recover'))
    .description('put the last good release back after a deployment that will never end by itself')
    .option('--ssh-config <file>', 'OpenSSH client configuration instead of ~/.ssh/config (BELAY_SSH_CONFIG)')
    .option('--force', 'also one that was heard of in the last 10 minutes and that Temporal does not know')
    .action((id: string | undefined, options: RecoverOptions) =>
      run(async (io) => (await import('./recover.js')).recover(id, options, io)),
    );
  examples(machineReadable(recoverCommand), ['belay recover', 'belay recover words/production/web1 --force']);
}

function addMachine(belay: Command, run: Runner): void {
  const upCommand = belay
    .command('up')
    .description('the embedded Temporal and a worker, in the background')
    .option('--json', 'print one JSON object')
    .action((options: UpOptions) => run(async (io) => (await import('./up.js')).up(options, io)));
  examples(upCommand, ['belay up', 'TEMPORAL_ADDRESS=temporal.example:7233 belay up']);

  const downCommand = belay
    .command('down')
    .description('end both; what is under way goes on with the next up')
    .option('--json', 'print one JSON object')
    .action((options: DownOptions) => run(async (io) => (await import('./down.js')).down(options, io)));
  examples(downCommand, ['belay down']);

  const workerCommand = belay
    .command('worker')
    .description('a worker in the foreground')
    .action(() => run(async (io) => (await import('./worker.js')).worker({}, io)));
  examples(workerCommand, ['belay worker']);

  registerSandbox(belay, run);

  const doctorCommand = belay
    .command('doctor')
    .description('what is missing on this machine, and how to get it')
    .option('--json', 'print one JSON object')
    .action((options: DoctorOptions) => run(async (io) => (await import('./doctor.js')).doctor(options, io)));
  examples(doctorCommand, ['belay doctor']);
}

function aboutApp(command: Command): Command {
  return sshConfig(environment(command));
}

function sshConfig(command: Command): Command {
  return command.option(
    '--ssh-config <file>',
    'OpenSSH client configuration instead of ~/.ssh/config (BELAY_SSH_CONFIG)',
  );
}

function aboutId(command: Command): Command {
  return environment(
    command.argument(
      '[id]',
      'app/environment/host, with @run for an earlier one; without: from belay.yml, else the one that runs',
    ),
  );
}

function environment(command: Command): Command {
  return command
    .option('-e, --env <environment>', 'one of belay.yml’s environments')
    .option('-c, --config <file>', 'another file than ./belay.yml');
}

function machineReadable(command: Command): Command {
  return junit(command)
    .addOption(new Option('--json', 'print one JSON object at the end').conflicts('output'))
    .addOption(new Option('--output <format>', 'print one JSON event a line').choices(['jsonl']));
}

function junit(command: Command): Command {
  return command.option('--junit <file>', 'also write JUnit XML, for pipelines that show it');
}

/** `90s`, `30m`, `2h` or a number of seconds. */
function seconds(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)([smh])?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('Expected a time such as 90s, 30m or 2h.');
  return Number(number) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
}

function examples(command: Command, lines: readonly string[]): void {
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

const exitCodesHelp = `
Exit codes:
  0 deployed, or nothing to do        1 refused, or failed before any change
  2 aborted, and clean                3 failed and rolled back
  4 rollback incomplete               8 still running or awaiting approval
  64 usage or configuration

Examples:
  $ belay plan      what a deployment would find and do
  $ belay deploy    look, ask, deploy, prove; and back where it does not serve
  $ belay status    how it stands`;
