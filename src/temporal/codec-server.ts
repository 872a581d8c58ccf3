import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { JSONToPayload, payloadToJSON, type JSONPayload } from '@temporalio/common/lib/proto-utils.js';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { reason, TemporalError } from './error.js';

export interface CodecServerOptions {
  /** 0: any that is free. */
  port: number;
  /** An address other than 127.0.0.1 lets others on the network decode what they can read in Temporal. */
  host?: string;
  /** Origins of Web UIs that may ask, `http://127.0.0.1:8233`. */
  origins: readonly string[];
}

const largest = 16 * 1024 * 1024;

/**
 * Serves a codec to the Web UI and to Temporal's CLI (`POST /encode`, `POST /decode` with `{payloads: […]}`:
 * https://docs.temporal.io/remote-data-encoding). A page of another origin is refused.
 * @throws TemporalError where the port is taken
 */
export async function serveCodec(codec: PayloadCodec, options: CodecServerOptions): Promise<Server> {
  const { port, host = '127.0.0.1', origins } = options;
  const server = createServer((request, response) => {
    answer(codec, origins, request, response).catch((error: unknown) => {
      end(response, 400, { message: reason(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new TemporalError(`the codec server cannot listen on ${host}:${port}: ${reason(cause)}`, { cause }),
      );
    });
    server.listen(port, host, resolve);
  });
  return server;
}

async function answer(
  codec: PayloadCodec,
  origins: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { origin } = request.headers;
  if (origin !== undefined) {
    if (!origins.includes(origin)) {
      end(response, 403, { message: `${origin} may not ask here` });
      return;
    }
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Methods', 'POST, OPTIONS');
    response.setHeader('Access-Control-Allow-Headers', 'content-type, x-namespace, authorization');
    response.setHeader('Vary', 'Origin');
  }
  const verb = /^\/(encode|decode)$/.exec((request.url ?? '').replace(/\?.*$/, ''))?.[1];
  if (request.method === 'OPTIONS') end(response, 204);
  else if (request.method !== 'POST' || verb === undefined)
    end(response, 404, { message: 'expected POST /encode or POST /decode' });
  else {
    const { payloads } = JSON.parse(await bodyOf(request)) as { payloads: JSONPayload[] };
    const given: Payload[] = payloads.map(JSONToPayload);
    const made = verb === 'encode' ? await codec.encode(given) : await codec.decode(given);
    end(response, 200, { payloads: made.map(payloadToJSON) });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largest) throw new Error(`more than ${largest} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function end(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
