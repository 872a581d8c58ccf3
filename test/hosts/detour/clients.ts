import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxServer } from '../../../src/sandbox/index.js';

/** What one request came to: the release that answered, and what it said; or why nobody did. */
export interface Answer {
  at: number;
  status: number | null;
  version?: string;
  text?: string;
  error?: string;
}

export interface Client {
  answers: Answer[];
  stop(): Promise<Answer[]>;
}

type Ask = (path: string, body?: Buffer) => Promise<Answer>;

const host = 'live.example.test';
const towards = (server: SandboxServer) => ({
  host: server.address,
  servername: host,
  rejectUnauthorized: false,
});

/** One who asks again and again, over connections that are kept, a POST every third time. */
export function startClient(
  kind: 'http1' | 'http2',
  server: SandboxServer,
  path = '/',
  everyMs = 50,
): Client {
  const { ask, close } = kind === 'http1' ? keptConnections(server) : streams(server);
  const answers: Answer[] = [];
  const open = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  const running = (async () => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      const body = n % 3 === 0 && path === '/' ? Buffer.alloc(2000) : undefined;
      const asking = ask(path, body).then((answer) => void answers.push(answer));
      open.add(asking);
      void asking.then(() => open.delete(asking));
      await sleep(everyMs);
    }
    await Promise.all(open);
    close();
  })();
  return {
    answers,
    async stop() {
      stopping.abort();
      await running;
      return answers;
    },
  };
}

/** HTTP/1.1 as browsers speak it: who finds a kept connection closed before an answer began asks again over a new one. */
function keptConnections(server: SandboxServer): { ask: Ask; close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 6 });
  const ask = (path: string, body?: Buffer, again = false): Promise<Answer> =>
    new Promise((resolve) => {
      const asking = request({
        ...towards(server),
        path,
        method: body === undefined ? 'GET' : 'POST',
        agent: again ? false : agent,
        headers: { host, 'content-length': String(body?.length ?? 0) },
      });
      asking.on('error', (error: NodeJS.ErrnoException) => {
        if (asking.reusedSocket && !again && error.code === 'ECONNRESET') resolve(ask(path, body, true));
        else resolve({ at: Date.now(), status: null, error: error.message });
      });
      asking.on('response', (response) => {
        void answerOf(response).then(resolve);
      });
      asking.end(body);
    });
  return {
    ask,
    close: () => {
      agent.destroy();
    },
  };
}

/** HTTP/2: one connection, as many requests at once as there are; a new one once the server says that it takes no more there. */
function streams(server: SandboxServer): { ask: Ask; close: () => void } {
  let session: ClientHttp2Session | undefined;
  const open = (): ClientHttp2Session => {
    const made = connectHttp2(`https://${server.address}`, { servername: host, rejectUnauthorized: false });
    const over = () => {
      if (session === made) session = undefined;
    };
    made.on('goaway', over).on('close', over).on('error', over);
    return made;
  };
  const ask = (path: string, body?: Buffer, again = false): Promise<Answer> =>
    new Promise((resolve) => {
      if (session === undefined || session.closed || session.destroyed) session = open();
      const stream = session.request({
        ':path': path,
        ':method': body === undefined ? 'GET' : 'POST',
        ':authority': host,
        ...(body === undefined ? {} : { 'content-length': String(body.length) }),
      });
      let head: { status: number; version: string } | undefined;
      stream.on('response', (headers) => {
        head = { status: headers[':status'] ?? 0, version: String(headers['x-version'] ?? '') };
      });
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        if (head !== undefined) resolve({ at: Date.now(), ...head, text });
      });
      stream.on('error', () => undefined);
      stream.on('close', () => {
        // It was sent after the server's last word, which says that it was not looked at.
        if (head === undefined && !again) resolve(ask(path, body, true));
        else resolve({ at: Date.now(), status: null, error: `stream closed: ${stream.rstCode}` });
      });
      stream.end(body);
    });
  return {
    ask,
    close: () => {
      session?.close();
    },
  };
}

/** Sends so many bytes at that rate. */
export function upload(server: SandboxServer, bytes: number, bytesPerSecond: number): Promise<Answer> {
  return new Promise((resolve) => {
    const asking = request({
      ...towards(server),
      path: '/',
      method: 'POST',
      agent: false,
      headers: { host, 'content-length': String(bytes) },
    });
    asking.on('error', (error) => {
      resolve({ at: Date.now(), status: null, error: error.message });
    });
    asking.on('response', (response) => {
      void answerOf(response).then(resolve);
    });
    const parts = 100;
    void (async () => {
      const began = Date.now();
      for (let part = 1; part <= parts && !asking.destroyed; part++) {
        asking.write(Buffer.alloc(bytes / parts));
        await sleep(Math.max(0, began + (part * bytes * 1000) / (parts * bytesPerSecond) - Date.now()));
      }
      asking.end();
    })();
  });
}

/** Reads what is large at that rate. @returns how many bytes came, or what cut it */
export function download(server: SandboxServer, bytesPerSecond: number): Promise<number | string> {
  return new Promise((resolve) => {
    const asking = request({ ...towards(server), path: '/big', agent: false, headers: { host } });
    asking.on('error', (error) => {
      resolve(error.message);
    });
    asking.on('response', (response) => {
      void readAt(response, bytesPerSecond).then(resolve);
    });
    asking.end();
  });
}

/** A websocket on which something is said five times a second. */
export interface Talk {
  /** The release at its other end, once that has said so. */
  version: string | undefined;
  heard: number;
  /** When it was cut. */
  cutAt: number | undefined;
  end(): void;
}

export function talk(server: SandboxServer): Promise<Talk> {
  return new Promise((resolve, reject) => {
    const asking = request({
      ...towards(server),
      path: '/socket',
      agent: false,
      headers: {
        host,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
      },
    });
    asking.on('error', reject);
    asking.on('response', (response) => {
      reject(new Error(`no websocket: ${response.statusCode ?? ''}`));
    });
    asking.on('upgrade', (_response, socket) => {
      const saying = setInterval(() => socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69])), 200);
      const made: Talk = {
        version: undefined,
        heard: 0,
        cutAt: undefined,
        end: () => {
          clearInterval(saying);
          socket.destroy();
        },
      };
      socket.on('data', (frame: Buffer) => {
        made.version = frame.subarray(2, 2 + (frame[1] ?? 0)).toString();
        made.heard += 1;
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearInterval(saying);
        made.cutAt = Date.now();
      });
      resolve(made);
    });
    asking.end();
  });
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const version = String(response.headers['x-version'] ?? '');
  let text = '';
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) text += chunk.toString();
  } catch (error) {
    return { at: Date.now(), status: null, version, error: String(error) };
  }
  return { at: Date.now(), status: response.statusCode ?? null, version, text };
}

async function readAt(response: IncomingMessage, bytesPerSecond: number): Promise<number | string> {
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      await sleep((chunk.length * 1000) / bytesPerSecond);
    }
  } catch (error) {
    return `cut after ${bytes} bytes: ${String(error)}`;
  }
  return bytes;
}
