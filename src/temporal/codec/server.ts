import { timingSafeEqual, createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { JSONToPayload, payloadToJSON, type JSONPayload } from '@temporalio/common/lib/proto-utils.js';
import type { Payload } from '@temporalio/common';
import type { EncryptingCodec } from './codec.js';
import { reason, TemporalError } from '../error.js';

export interface CodecServerOptions {
  /** 0: any that is free. */
  port: number;
  /** An address other than 127.0.0.1 lets others on the network decode what they can read in Temporal. */
  host?: string;
  /** Who knows it is answered: as the first part of the path, or as `Authorization: Bearer`. */
  token: string;
  /** Origins of Web UIs that may ask, `http://127.0.0.1:8233`. */
  origins: readonly string[];
}

const largest = 16 * 1024 * 1024;

/**
 * Serves a codec to the Web UI and to Temporal's CLI (`POST /TOKEN/encode`, `POST /TOKEN/decode` with `{payloads: […]}`:
 * https://docs.temporal.io/remote-data-encoding). Nobody is answered without the token, no page of another origin at all;
 * encoded is only for the Web UI's dialogs.
 * @throws TemporalError where the port is taken
 */
export async function serveCodec(codec: EncryptingCodec, options: CodecServerOptions): Promise<Server> {
  const { port, host = '127.0.0.1' } = options;
  const server = createServer((request, response) => {
    answer(codec, options, request, response).catch((error: unknown) => {
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
  codec: EncryptingCodec,
  { token, origins }: CodecServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { origin, authorization = '' } = request.headers;
  const [, first = '', second] = (request.url ?? '').replace(/\?.*$/, '').split('/');
  const [given, verb] =
    second === undefined ? [authorization.replace(/^Bearer /, ''), first] : [first, second];
  if (!isSame(given, token)) {
    // A page that may not know has no need to know why either.
    end(response, 401, { message: 'the token is missing or another: belay codec link says it' });
    return;
  }
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
  if (request.method === 'OPTIONS') end(response, 204);
  else if (request.method !== 'POST' || (verb !== 'encode' && verb !== 'decode'))
    end(response, 404, { message: 'expected POST /TOKEN/encode or POST /TOKEN/decode' });
  else if (verb === 'encode' && origin === undefined)
    end(response, 403, { message: 'encoded is for the dialogs of the Web UI alone' });
  else {
    const { payloads } = JSON.parse(await bodyOf(request)) as { payloads: JSONPayload[] };
    const given: Payload[] = payloads.map(JSONToPayload);
    const made = verb === 'encode' ? codec.encodeForDialog(given) : await codec.decode(given);
    end(response, 200, { payloads: made.map(payloadToJSON) });
  }
}

/** In a time that tells nothing of how much of it is right. */
function isSame(given: string, token: string): boolean {
  const [a, b] = [given, token].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
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
