import { readyWorkers } from './temporal/worker/ready.js';

/** For a container's health check: exit status 0 where the service saw this machine's worker poll in the last minute. */
const [worker] = readyWorkers();
console.log(
  worker ? `${worker.identity} was seen at ${worker.seen}` : 'no worker was seen polling in the last minute',
);
process.exitCode = worker ? 0 : 1;
