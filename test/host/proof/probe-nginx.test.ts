import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Gate } from '../../../src/domain/app/gate.js';
import { gateOf, probeNginx } from '../../../src/host/proof/probe-nginx.js';
import { LocalSession } from '../local-session.js';

const name = 'words.example.test';
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function gate(listener: RequestListener): Promise<Gate> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { name, address: '127.0.0.1', port: (server.address() as AddressInfo).port, tls: false };
}

const get = (gates: Gate[], url: string) => probeNginx(new LocalSession(), gates, url, { timeoutMs: 2_000 });

describe('nginx on the host itself', () => {
  it('is asked under the visitor’s name, whatever the name leads to', async () => {
    const here = await gate((request, response) => response.end(`${request.headers.host} ${request.url}`));
    const answer = await get([here], `http://${name}:${here.port}/tools?x=1`);
    expect(answer).toMatchObject({ status: 200, bodyStart: `${name}:${here.port} /tools?x=1` });
  });

  it('is asked without TLS where a balancer in front ends it, and told so', async () => {
    const here = await gate((request, response) => response.end(request.headers['x-forwarded-proto']));
    expect(await get([here], `https://${name}/`)).toMatchObject({ status: 200, bodyStart: 'https' });
  });

  it('is not followed to where only others listen', async () => {
    const here = await gate((_, response) =>
      response.writeHead(301, { location: `https://${name}:8443/` }).end(),
    );
    const secure = { ...here, port: 443, tls: true };
    expect(await get([here, secure], `http://${name}:${here.port}/`)).toMatchObject({ status: 301 });
  });

  it('ends a circle of redirects', async () => {
    const here = await gate((_, response) => response.writeHead(302, { location: '/' }).end());
    expect((await get([here], `http://${name}:${here.port}/`)).error).toContain('redirects lead in a circle');
  });

  it('that takes no such requests has no gate', () => {
    const plain = { name, address: '127.0.0.1', port: 80, tls: false };
    expect(gateOf([plain], 'http://other.example.test/')).toBeUndefined();
    expect(gateOf([plain], `http://${name}/`)).toBe(plain);
    expect(gateOf([plain, { ...plain, port: 443, tls: true }], `https://${name}:8443/`)).toBeUndefined();
  });
});
