import { Command } from 'commander';
import { addDeploying } from './deploying.js';
import { addFollowing } from './following.js';
import { addHost } from './host.js';
import { addLooking } from './looking.js';
import { addMachine } from './machine.js';
import { addOperating } from './operating.js';
import { addWatching } from './watching.js';
import type { Io } from '../terminal/io.js';
import type { Runner } from '../commands/runner.js';
import { version } from '../version.js';

// What a command does is imported when it is called: `belay --help` loads neither gRPC nor zod.

/** The command line's grammar and help. `run` gets the work of the command that was called. */
export function program(io: Io, run: Runner): Command {
  const belay = new Command('belay')
    .description(
      'Deploys applications to servers over SSH, proves that they serve, and puts the old version back where not.',
    )
    .version(version(), '-V, --version')
    .exitOverride()
    .enablePositionalOptions()
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
  addHost(belay, run);
  addOperating(belay, run);
  addWatching(belay, run);
  addMachine(belay, run);
  belay.addHelpText('after', exitCodesHelp);
  return belay;
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
