import type { Command } from 'commander';
import type { DeployOptions } from '../commands/deploy.js';
import type { EjectOptions } from '../commands/eject.js';
import type { PlanOptions } from '../commands/plan.js';
import type { ReleasesOptions } from '../commands/releases.js';
import type { RollbackOptions } from '../commands/rollback.js';
import type { Runner } from '../commands/runner.js';
import { aboutApp, examples, junit, machineReadable } from './options.js';

const refText = 'a branch, tag or commit, instead of the folder as it is';

/** Commands that bring a release, or an earlier one back: `plan`, `deploy`, `rollback`, `eject`, `releases`. */
export function addDeploying(belay: Command, run: Runner): void {
  const planCommand = belay
    .command('plan')
    .description('what deploy would find and do; changes nothing')
    .option('--json', 'print one JSON object')
    .option('--markdown', 'print the plan as Markdown')
    .option('--ref <ref>', refText)
    .option('--rehearse', 'also boot the staged release on a spare port, ask it its pages, stop it')
    .action((options: PlanOptions) =>
      run(async (io) => (await import('../commands/plan.js')).plan(options, io)),
    );
  examples(junit(aboutApp(planCommand)), [
    'belay plan',
    'belay plan --rehearse',
    'belay plan -e staging --markdown >> summary.md',
  ]);

  const deployCommand = belay
    .command('deploy')
    .description('start the deployment and follow it; Ctrl-C leaves it running')
    .option('--ref <ref>', refText)
    .option('-y, --yes', 'approve the plan without asking')
    .option('-d, --detach', 'start it and do not follow it')
    .action((options: DeployOptions) =>
      run(async (io) => (await import('../commands/deploy.js')).deploy(options, io)),
    );
  examples(machineReadable(aboutApp(deployCommand)), [
    'belay deploy',
    'belay deploy -e production --yes',
    'belay deploy --ref v1.4',
    'belay deploy --yes --json > outcome.json',
  ]);

  const rollbackCommand = belay
    .command('rollback')
    .description('go back to the previous release, or to the one named')
    .option('--to <release>', 'a release that the server still has')
    .option('-y, --yes', 'as deploy has it: a rollback never asks')
    .option('-d, --detach', 'start it and do not follow it')
    .action((options: RollbackOptions) =>
      run(async (io) => (await import('../commands/rollback.js')).rollback(options, io)),
    );
  examples(machineReadable(aboutApp(rollbackCommand)), [
    'belay rollback',
    'belay rollback --to 20261124T101500Z-1f0c9a2b',
  ]);

  const ejectCommand = belay
    .command('eject')
    .description(
      'give the server back: the app’s folder a plain one, its keeper as it is, nothing of belay’s left',
    )
    .option('-y, --yes', 'approve the plan without being asked')
    .option('-d, --detach', 'start it and do not follow it')
    .action((options: EjectOptions) =>
      run(async (io) => (await import('../commands/eject.js')).eject(options, io)),
    );
  examples(machineReadable(aboutApp(ejectCommand)), [
    'belay eject',
    'belay eject -e staging --yes',
    'belay eject && belay deploy    # gives it back, and adopts it again',
  ]);

  const releasesCommand = belay
    .command('releases')
    .description('the releases that the server has, and how to go back to each')
    .option('--json', 'print one JSON object')
    .action((options: ReleasesOptions) =>
      run(async (io) => (await import('../commands/releases.js')).releases(options, io)),
    );
  examples(aboutApp(releasesCommand), ['belay releases', 'belay releases -e staging --json']);
}
