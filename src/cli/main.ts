#!/usr/bin/env node
import { processIo } from './terminal/io.js';
import { run } from './run.js';

// `belay list | head` closes stdout early: there is nobody left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

const code = await run(process.argv.slice(2), processIo());
// At once, when all is written: the connection to Temporal would hold the process.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
