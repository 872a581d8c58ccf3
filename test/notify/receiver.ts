import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Notice } from '../../src/domain/app/channels.js';
import { closed } from '../closed.js';

export interface Received {
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What a receiver answers; undefined: never. */
export type Answer = { status?: number; body?: string; headers?: Record<string, string> } | undefined;

/** A real HTTP server that keeps what came and answers as it is told. */
export async function receiver(answer: (received: Received) => Answer = () => ({})) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (body += part));
    request.on('end', () => {
      const one = { url: request.url ?? '', headers: request.headers, body };
      received.push(one);
      const said = answer(one);
      if (said) response.writeHead(said.status ?? 200, said.headers).end(said.body ?? 'ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}`,
    close: () => closed(server),
  };
}

export const notice: Notice = {
  event: 'approval',
  title: 'words on web1 (production): a plan waits for approval',
  lines: ['release 1 on port 9999 <!channel>', '1. Stop *everything* & start'],
  command: 'belay approve words/production/web1 --plan 1f0c9a2b1f0c',
  app: 'words',
  environment: 'production',
  host: 'web1',
  deployment: 'belay/words/production/web1@run1',
};

/** What a server can have said: a log, a page, a file's name. */
export const hostile: Notice = {
  ...notice,
  title: 'tiny on web1: \u001b]0;owned\u0007 password=zq7planted-title\nall is well',
  lines: [
    'DB_PASSWORD=zq7planted-name \u001b[2J\u202egpj.exe',
    '-----BEGIN PRIVATE KEY-----',
    'zq7plantedAAAAbbbb0000',
    '-----END PRIVATE KEY-----',
    'no way to postgres://ann:zq7planted-exception@db.example.test/x',
    'the page said fine',
  ],
  command: 'belay watch words/production/web1\u001b[A',
};
