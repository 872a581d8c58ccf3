import type { Command } from 'commander';
import type { AbortOptions } from '../commands/abort.js';
import type { ApproveOptions } from '../commands/approve.js';
import type { RecoverOptions } from '../commands/recover.js';
import type { IdOptions } from '../temporal/resolve-id.js';
import type { Runner } from '../commands/runner.js';
import { aboutId, examples, machineReadable } from './options.js';

/** Commands that tell a deployment something: `approve`, `abort`, `retry-rollback`, `give-up`, `recover`. */
export function addOperating(belay: Command, run: Runner): void {
  const approveCommand = aboutId(belay.command('approve'))
    .description('approve the plan that waits; without --plan it is shown, and you are asked')
    .option('--plan <digest>', "the plan's digest, or its first 8 digits")
    .action((id: string | undefined, options: ApproveOptions) =>
      run(async (io) => (await import('../commands/approve.js')).approve(id, options, io)),
    );
  examples(approveCommand, ['belay approve --plan 1f0c9a2b', 'belay approve words/production/web1']);

  const abortCommand = aboutId(belay.command('abort'))
    .description('stop a deployment and have the old version put back')
    .option('--reason <text>', 'why: it is kept in the record')
    .action((id: string | undefined, options: AbortOptions) =>
      run(async (io) => (await import('../commands/abort.js')).abort(id, options, io)),
    );
  examples(abortCommand, ['belay abort --reason "wrong branch"']);

  const retryCommand = aboutId(belay.command('retry-rollback'))
    .description('try the rest of an incomplete rollback again')
    .action((id: string | undefined, options: IdOptions) =>
      run(async (io) => (await import('../commands/retry-rollback.js')).retryRollback(id, options, io)),
    );
  examples(retryCommand, ['belay retry-rollback words/production/web1']);

  const giveUpCommand = aboutId(belay.command('give-up'))
    .description('end an incomplete rollback as it is; what remains is done by hand')
    .action((id: string | undefined, options: IdOptions) =>
      run(async (io) => (await import('../commands/give-up.js')).giveUp(id, options, io)),
    );
  examples(giveUpCommand, ['belay give-up words/production/web1']);

  const recoverCommand = aboutId(belay.command('recover'))
    .description('put the last good release back after a deployment that will never end by itself')
    .option('--ssh-config <file>', 'OpenSSH client configuration instead of ~/.ssh/config (BELAY_SSH_CONFIG)')
    .option('--force', 'also one that was heard of in the last 10 minutes and that Temporal does not know')
    .action((id: string | undefined, options: RecoverOptions) =>
      run(async (io) => (await import('../commands/recover.js')).recover(id, options, io)),
    );
  examples(machineReadable(recoverCommand), ['belay recover', 'belay recover words/production/web1 --force']);
}
