import { connect, createServer } from 'node:net';
import { TemporalError } from '../error.js';
import { onPath, runTool } from '../cli/run-tool.js';

export interface Ports {
  /** gRPC: what clients and workers speak to. */
  port: number;
  /** The Web UI. */
  uiPort: number;
}

const defaults: Ports = { port: 7233, uiPort: 8233 };
const tries = 100;

/**
 * The ports for the embedded server. One that BELAY_TEMPORAL_PORT or BELAY_UI_PORT sets is taken, or it is an error that
 * names who holds it. Else those of last time, else the first free pair from 7233 and 8233 on, so that two state folders
 * work side by side.
 * @param last `elsewhere`: after a start at ports that somebody else took in the same moment. The next free ones would be what
 *   others who start now take too, so any free ones are taken
 */
export async function choosePorts(last: Ports | 'elsewhere' | undefined): Promise<Ports> {
  const port = await setPort('BELAY_TEMPORAL_PORT');
  const uiPort = await setPort('BELAY_UI_PORT');
  const candidates = Array.from({ length: tries }, (_, n) => ({
    port: defaults.port + n,
    uiPort: defaults.uiPort + n,
  }));
  if (last === 'elsewhere') candidates.sort(() => Math.random() - 0.5);
  else if (last) candidates.unshift(last);
  for (const candidate of candidates) {
    const pair = { port: port ?? candidate.port, uiPort: uiPort ?? candidate.uiPort };
    if (pair.port === pair.uiPort) continue;
    if (
      (port !== undefined || (await isFree(pair.port))) &&
      (uiPort !== undefined || (await isFree(pair.uiPort)))
    ) {
      return pair;
    }
  }
  throw new TemporalError(
    `no free pair of ports for the embedded Temporal between ${defaults.port} and ${defaults.port + tries}; ` +
      'set BELAY_TEMPORAL_PORT and BELAY_UI_PORT to ports that are free',
  );
}

/** Whether nobody listens on a TCP port of this machine's loopback address. */
export async function isFree(port: number): Promise<boolean> {
  // Binding alone is no proof everywhere: some systems let a specific address be bound beside a wildcard listener.
  return (await canBind(port)) && !(await answers(port));
}

/** Who listens on a TCP port; undefined where the system does not say. */
export async function holder(port: number): Promise<{ name: string; pid: number } | undefined> {
  const read = (tool: string, args: string[]) => runTool(tool, args, { timeoutMs: 5000 }).catch(() => '');
  if (onPath('ss')) {
    const text = await read('ss', ['-Hltnp', `sport = :${port}`]);
    const [, name, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(text) ?? [];
    return name && pid ? { name, pid: Number(pid) } : undefined;
  }
  const text = await read('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const [, pid, name] = /^p(\d+)\nc(.+)$/m.exec(text) ?? [];
  return name && pid ? { name, pid: Number(pid) } : undefined;
}

/** The same in words: `nginx (pid 812)`. */
export async function holderText(port: number): Promise<string> {
  const found = await holder(port);
  return found ? `${found.name} (pid ${found.pid})` : 'another process';
}

/** A port for the codec server: that of last time, else the first that is free from 8333 on. */
export async function freeCodecPort(last: number | undefined): Promise<number | undefined> {
  const candidates = Array.from({ length: tries }, (_, n) => 8333 + n);
  for (const port of last === undefined ? candidates : [last, ...candidates])
    if (await isFree(port)) return port;
  return undefined;
}

async function setPort(variable: string): Promise<number | undefined> {
  const text = process.env[variable];
  if (!text) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new TemporalError(`${variable} must be a port from 1 to 65535, not “${text}”`);
  }
  if (await isFree(port)) return port;
  throw new TemporalError(
    `port ${port}, set by ${variable}, is held by ${await holderText(port)}; ` +
      `end that, or set ${variable} to a free port, or unset it to have one chosen`,
  );
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1000 });
    const done = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket
      .once('connect', () => done(true))
      .once('error', () => done(false))
      .once('timeout', () => done(false));
  });
}
