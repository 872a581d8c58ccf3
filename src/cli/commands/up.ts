import { artifactsFolder, stateFolder } from '../../temporal/state.js';
import { bringUp } from '../../temporal/server/up.js';
import { type Io, printJson } from '../terminal/io.js';

export interface UpOptions {
  json?: boolean;
}

/** `belay up`: the embedded Temporal, unless the environment names a service, and a worker, both in the background. */
export async function up({ json = false }: UpOptions, io: Io): Promise<number> {
  const { service, server, worker } = await bringUp((line) => io.stderr(`${line}\n`), { worker: 'always' });
  if (json) {
    printJson(io, {
      temporal: {
        address: service.address,
        namespace: service.namespace,
        embedded: server !== undefined,
        pid: server?.pid ?? null,
        startedNow: server?.startedNow ?? false,
        database: server?.database ?? null,
        log: server?.log ?? null,
      },
      worker: worker ? { pid: worker.pid, startedNow: worker.startedNow, log: worker.log } : null,
      ui: service.ui ?? null,
      state: stateFolder(),
      artifacts: artifactsFolder(),
    });
    return 0;
  }
  const lines = [
    ['Temporal', `${service.address}  ${server ? described(server) : `from ${service.from}`}`],
    ['Web UI', service.ui ?? 'unknown: set BELAY_UI_URL'],
    ...(worker ? [['Worker', described(worker)]] : []),
    ['State', stateFolder()],
    ['Artifacts', artifactsFolder()],
  ];
  for (const [name = '', value = ''] of lines) io.stdout(`${name.padEnd(10)} ${value}\n`);
  return 0;
}

function described({ pid, startedNow }: { pid: number; startedNow: boolean }): string {
  return `pid ${pid}, ${startedNow ? 'started now' : 'was running'}`;
}
