import { NativeConnection, Worker } from '@temporalio/worker';
import { taskQueue } from '../../src/domain/runbook/messages.js';
import { identify } from '../../src/temporal/process-id.js';
import { service } from '../../src/temporal/service.js';
import { artifactsFolder } from '../../src/temporal/state.js';
import { storeMark } from '../../src/temporal/server/store-mark.js';
import { startPulse } from '../../src/temporal/worker/pulse.js';
import { workerIdentity } from '../../src/temporal/worker/ready.js';

// A worker of belay's queue with one step and no workflow of belay's: what is tested is its being started and ended.
const found = service();
const me = identify(process.pid);
if (!found || !me) throw new Error('no Temporal runs');
const connection = await NativeConnection.connect(found.options);
const identity = workerIdentity(await storeMark(artifactsFolder()));
const worker = await Worker.create({
  connection,
  taskQueue,
  identity,
  workflowsPath: process.env['STUB_WORKFLOWS'] ?? '',
  activities: { echo: (text: string) => Promise.resolve(text) },
  shutdownGraceTime: '5 seconds',
});
const endPulse = startPulse(connection, {
  ...me,
  identity,
  address: found.address,
  namespace: found.namespace,
  artifacts: artifactsFolder(),
});
await worker.run().finally(endPulse);
await connection.close();
