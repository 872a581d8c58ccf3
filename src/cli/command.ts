import { processIo } from './terminal/io.js';
import { run } from './run.js';

// `belay list | head` closes stdout early: there is nobody left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

// `run` never rejects. The process ends at once, when all is written: the connection to Temporal would hold it.
void run(process.argv.slice(2), processIo()).then((code) =>
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code))),
);
