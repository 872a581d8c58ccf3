import { readFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxServer } from '../../../src/sandbox/index.js';

export interface Visit {
  at: number;
  method: string;
  keepsAlive: boolean;
  /** null: no answer, and `error` says why. */
  status: number | null;
  error?: string;
  /** The release that answered, by its own mark. */
  version?: string;
}

export interface Visitors {
  /** What was answered so far. */
  visits: Visit[];
  /** Ends it, once every request was answered. */
  stop(): Promise<Visit[]>;
}

const page = '/tools/word-counter';

/**
 * Visitors at a steady rate over TLS: every second request over a connection that is kept, every third one a POST. As browsers do,
 * who finds a kept connection closed before the first byte of an answer asks again over a new one.
 */
export function startVisitors(server: SandboxServer, perSecond = 20): Visitors {
  const site = towards(server);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const visits: Visit[] = [];
  const open = new Set<Promise<void>>();
  const stopping = new AbortController();

  const ask = (method: string, keepsAlive: boolean, again = false): Promise<Visit> =>
    new Promise((resolve) => {
      const visit = { at: Date.now(), method, keepsAlive };
      const options: RequestOptions = {
        ...site,
        path: page,
        method,
        agent: keepsAlive && !again ? agent : false,
        timeout: 20_000,
        headers: method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {},
      };
      const asking = request(options);
      asking.on('response', (response) => {
        const version = response.headers['x-words-version'];
        const mark = typeof version === 'string' ? { version } : {};
        const status = response.statusCode ?? null;
        response.resume();
        response.on('end', () => {
          resolve({ ...visit, status, ...mark });
        });
        response.on('error', (error) => {
          resolve({ ...visit, status: null, error: error.message, ...mark });
        });
      });
      asking.on('timeout', () => asking.destroy(new Error('no answer for 20 s')));
      asking.on('error', (error: NodeJS.ErrnoException) => {
        if (keepsAlive && !again && error.code === 'ECONNRESET') resolve(ask(method, keepsAlive, true));
        else resolve({ ...visit, status: null, error: error.message });
      });
      asking.end(method === 'POST' ? 'text=one+two+three' : undefined);
    });

  const run = async (): Promise<void> => {
    const start = Date.now();
    for (let n = 0; !stopping.signal.aborted; n++) {
      const due = start + (n * 1000) / perSecond;
      if (due > Date.now()) await sleep(due - Date.now());
      const asking = ask(n % 3 === 0 ? 'POST' : 'GET', n % 2 === 0).then((visit) => void visits.push(visit));
      open.add(asking);
      void asking.then(() => open.delete(asking));
    }
    await Promise.all(open);
    agent.destroy();
  };
  const running = run();
  return {
    visits,
    async stop() {
      stopping.abort();
      await running;
      return visits;
    },
  };
}

/** Where visitors find the site, and whom they trust. */
function towards(server: SandboxServer): RequestOptions {
  return {
    host: 'words.example.test',
    ca: readFileSync(server.caFile),
    lookup: (_name, { all }, callback) => {
      if (all) callback(null, [{ address: server.address, family: 4 }]);
      else callback(null, server.address, 4);
    },
  };
}

/**
 * Asks for what takes long, and reads no more than so many bytes a second.
 * @returns once the first bytes came: `whole` gives all their number, or the error that cut it
 */
export function startDownload(
  server: SandboxServer,
  path: string,
  bytesPerSecond: number,
): Promise<{ whole: Promise<number | string> }> {
  return new Promise((begun, failed) => {
    const asking = request({ ...towards(server), path, agent: false });
    asking.on('error', failed);
    asking.on('response', (response) => {
      const whole = (async () => {
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
      })();
      begun({ whole });
    });
    asking.end();
  });
}

/** Those that failed, but for what a release itself answered that is known to be faulty. */
export function failedVisits(visits: readonly Visit[], faulty?: string): Visit[] {
  return visits.filter(
    ({ status, version }) =>
      status !== 200 && !(version !== undefined && version === faulty && status !== null),
  );
}

/** Versions in the order in which they were first seen. */
export function versionsOf(visits: readonly Visit[]): string[] {
  return [...new Set(visits.flatMap(({ version }) => version ?? []))];
}
