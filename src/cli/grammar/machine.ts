import { Option, type Command } from 'commander';
import type { CodecOptions } from '../commands/codec.js';
import type { DoctorOptions } from '../commands/doctor.js';
import type { DownOptions } from '../commands/down.js';
import type { Runner } from '../commands/runner.js';
import type { UpOptions } from '../commands/up.js';
import { registerSandbox } from '../commands/sandbox.js';
import { examples } from './options.js';

/** Commands about this machine: `up`, `down`, `worker`, `codec`, `sandbox`, `doctor`. */
export function addMachine(belay: Command, run: Runner): void {
  const upCommand = belay
    .command('up')
    .description('the embedded Temporal and a worker, in the background')
    .option('--json', 'print one JSON object')
    .action((options: UpOptions) => run(async (io) => (await import('../commands/up.js')).up(options, io)));
  examples(upCommand, ['belay up', 'TEMPORAL_ADDRESS=temporal.example:7233 belay up']);

  const downCommand = belay
    .command('down')
    .description('end both; what is under way goes on with the next up')
    .addOption(
      new Option('--wait', 'first wait until no deployment is in the middle of a change').conflicts('now'),
    )
    .option('--now', 'whatever is under way')
    .option('--json', 'print one JSON object')
    .action((options: DownOptions) =>
      run(async (io) => (await import('../commands/down.js')).down(options, io)),
    );
  examples(downCommand, ['belay down', 'belay down --wait']);

  const workerCommand = belay
    .command('worker')
    .description('a worker in the foreground')
    .action(() => run(async (io) => (await import('../commands/worker.js')).worker({}, io)));
  examples(workerCommand, ['belay worker']);

  const codecCommand = belay
    .command('codec')
    .description('show the Web UI what is encrypted: a codec server in the foreground')
    .option('--port <port>', 'where it listens', '8333')
    .option('--host <address>', 'another address than this machine’s own', '127.0.0.1')
    .option('--origin <url...>', 'where the Web UI is served; without it, the one that belay knows')
    .action((options: CodecOptions) =>
      run(async (io) => (await import('../commands/codec.js')).codec(options, io)),
    );
  codecCommand
    .command('key [FILE]')
    .description('make a key, for a machine that others use too')
    .action((file: string | undefined) =>
      run(async (io) => (await import('../commands/codec.js')).codecKey(file, io)),
    );
  codecCommand
    .command('link')
    .description('the address of the codec server for the embedded Web UI')
    .action(() => run(async (io) => (await import('../commands/codec.js')).codecLinkCommand(io)));
  examples(codecCommand, [
    'belay codec key',
    'belay codec link',
    'belay codec --port 8333',
    'belay codec --origin https://temporal.example.test',
  ]);

  registerSandbox(belay, run);

  const doctorCommand = belay
    .command('doctor')
    .description('what is missing on this machine, and how to get it')
    .option('--json', 'print one JSON object')
    .action((options: DoctorOptions) =>
      run(async (io) => (await import('../commands/doctor.js')).doctor(options, io)),
    );
  examples(doctorCommand, ['belay doctor']);
}
