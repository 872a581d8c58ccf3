import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure } from '@temporalio/common';
import {
  NativeConnection,
  Worker,
  type ActivityInboundCallsInterceptor,
  type WorkerOptions,
} from '@temporalio/worker';
import { createActivities } from './activities/index.js';
import { collect } from './artifact/collect.js';
import { folderStore } from './artifact/folder-store.js';
import { failureTypes } from './domain/runbook/failure.js';
import { taskQueue } from './domain/runbook/messages.js';
import { SshHosts } from './host/ssh/hosts.js';
import { codecKeys, type CodecKey } from './temporal/codec/keys.js';
import { serveCodec } from './temporal/codec/server.js';
import { codecToken } from './temporal/codec/token.js';
import { EncryptingCodec, workerConverter } from './temporal/codec/codec.js';
import { embedded, untilStarted } from './temporal/server/embedded.js';
import { reason, TemporalError } from './temporal/error.js';
import { ensureSearchAttributes } from './temporal/server/namespace.js';
import { identify } from './temporal/process-id.js';
import { ensureReadable } from './temporal/readable.js';
import { isExternal, service, type Service } from './temporal/service.js';
import { artifactsFolder, stateFolder } from './temporal/state.js';
import { storeMark } from './temporal/server/store-mark.js';
import { whyStray } from './temporal/worker/stray.js';
import { log, useLog } from './temporal/worker/log.js';
import { startPulse } from './temporal/worker/pulse.js';
import { workerIdentity } from './temporal/worker/ready.js';

/**
 * A worker: carries out workflows and steps until SIGTERM or SIGINT, then gives running steps 30 s to end.
 * Loading this module runs it.
 */
try {
  await run();
} catch (error) {
  log(`the worker ended: ${reason(error)}`);
  process.exitCode = 1;
}
// Whatever still holds the event loop has had its time.
setTimeout(() => process.exit(), 2000).unref();

async function run(): Promise<void> {
  useLog();
  if (!isExternal()) await untilStarted();
  const found = service();
  if (!found) throw new TemporalError('Temporal does not run on this machine; start it: belay up');
  const artifacts = folderStore(artifactsFolder());
  const identity = workerIdentity(await storeMark(artifacts.location));
  const keys = codecKeys();
  const converter = workerConverter(keys, `at the worker ${identity}`);
  const connection = await connectNatively(found);
  const hosts = new SshHosts();
  try {
    // The embedded server has them; elsewhere a worker may lack the right, and then says how an operator does it.
    await ensureSearchAttributes(connection, found.namespace).catch((error: unknown) => log(reason(error)));
    await ensureReadable(connection, found.namespace, converter.payloadCodecs ?? []);
    const worker = await Worker.create({
      connection,
      namespace: found.namespace,
      taskQueue,
      identity,
      ...workflows(keys.length > 0),
      dataConverter: converter,
      activities: createActivities({ hosts, artifacts, screenshots: join(stateFolder(), 'screenshots') }),
      interceptors: { activity: [() => ({ inbound: { execute: refusingStray(found, identity) } })] },
      shutdownGraceTime: '30 seconds',
      // Before whoever stopped it loses patience and kills it.
      shutdownForceTime: '33 seconds',
      // A step mostly waits for a host: what bounds it is connections and memory.
      maxConcurrentActivityTaskExecutions: 40,
      maxCachedWorkflows: 20,
      // A worker that died is waited for no longer than this.
      stickyQueueScheduleToStartTimeout: '5 seconds',
      // Progress is shown live from heartbeats, and an abort reaches a step by one.
      maxHeartbeatThrottleInterval: '1 second',
      defaultHeartbeatThrottleInterval: '1 second',
    });
    const me = identify(process.pid);
    if (!me) throw new Error(`the system does not show this process (pid ${process.pid}): is /proc mounted?`);
    const { address, namespace } = found;
    const endPulse = startPulse(connection, {
      ...me,
      identity,
      address,
      namespace,
      artifacts: artifacts.location,
    });
    const collecting = collectDaily(artifacts.location);
    await serveWebUi(keys);
    log(
      `worker ${identity} polls ${taskQueue} at ${address}, namespace ${namespace}; artifacts: ${artifacts.location}`,
    );
    await worker.run().finally(endPulse);
    clearInterval(collecting);
  } finally {
    await hosts.close();
    await connection.close();
  }
}

/** Takes no step of another Temporal's: its host, artifacts and keys are not this worker's. */
function refusingStray(found: Service, identity: string): ActivityInboundCallsInterceptor['execute'] {
  return (input, next) => {
    const why = whyStray(found);
    if (why === undefined) return next(input);
    const message = `the worker ${identity} refuses the step, which another takes: ${why}, and ${found.address} is another's`;
    throw ApplicationFailure.retryable(message, failureTypes.strayWorker);
  };
}

/** Where nobody packs again, earlier artifacts would stay for ever. It collects once a day, however often it is asked. */
function collectDaily(location: string): NodeJS.Timeout {
  const once = () =>
    void collect(location).catch((error: unknown) => log(`the artifact store: ${reason(error)}`));
  once();
  return setInterval(once, 60 * 60 * 1000);
}

/** The embedded Web UI shows what is encrypted through this. That it cannot is no reason not to work. */
async function serveWebUi(keys: readonly CodecKey[]): Promise<void> {
  const server = isExternal() ? undefined : embedded();
  if (keys.length === 0 || server?.codecPort === undefined) return;
  const origins = [server.ui, server.ui.replace('127.0.0.1', 'localhost')];
  const token = await codecToken();
  await serveCodec(new EncryptingCodec(keys), { port: server.codecPort, token, origins }).then(
    (http) => http.unref(),
    (error: unknown) => log(reason(error)),
  );
}

async function connectNatively({ address, from, options }: Service): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(options);
  } catch (error) {
    throw new TemporalError(`Temporal at ${address} (from ${from}) does not answer: ${reason(error)}`, {
      cause: error,
    });
  }
}

/** A prebuilt bundle starts in a third of the time. @param encodes what failures say */
function workflows(encodes: boolean): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const name = encodes ? './workflow-bundle-encoding.js' : './workflow-bundle.js';
  const codePath = fileURLToPath(new URL(name, import.meta.url));
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  return { workflowsPath: fileURLToPath(new URL('./workflows/index.js', import.meta.url)) };
}
