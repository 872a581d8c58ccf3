import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Reach } from '../../../src/domain/app/app.js';
import { probeExternal } from '../../../src/host/proof/probe-external.js';
import { temporaryFolder } from '../../temporary.js';

const name = 'words.example.test';
const servers: Server[] = [];
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder('belay-external-');
  await certificate('good', name);
  await certificate('other', 'other.example.test');
  await expiredCertificate();
});

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const openssl = (...args: string[]) => promisify(execFile)('openssl', args, { cwd: folder });

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certificate that signs itself: <file>.pem and <file>.key. */
async function certificate(file: string, host: string): Promise<void> {
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '30',
    '-keyout',
    `${file}.key`,
    '-out',
    `${file}.pem`,
    ...subject,
  );
}

/** One that ended years ago; only a certificate authority may date back. */
async function expiredCertificate(): Promise<void> {
  const config = `[ca]\ndefault_ca = own\n[own]\ndatabase = index\nnew_certs_dir = .\ndefault_md = sha256\nrand_serial = yes
policy = any\nx509_extensions = names\n[any]\ncommonName = supplied\n[names]\nsubjectAltName = DNS:${name}\n`;
  await Promise.all([writeFile(join(folder, 'config'), config), writeFile(join(folder, 'index'), '')]);
  await openssl('req', ...newKey, '-keyout', 'expired.key', '-out', 'request', '-subj', `/CN=${name}`);
  const dates = ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z'];
  const own = ['-selfsign', '-keyfile', 'expired.key', '-in', 'request', '-out', 'expired.pem', '-notext'];
  await openssl('ca', '-config', 'config', '-batch', ...own, ...dates);
}

async function port(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const plain = (listener: RequestListener) => port(createServer(listener));

async function secure(listener: RequestListener, file = 'good'): Promise<number> {
  const [key, cert] = await Promise.all(
    ['key', 'pem'].map((kind) => readFile(join(folder, `${file}.${kind}`))),
  );
  return port(createTlsServer({ key, cert }, listener));
}

const reach = (more: Partial<Reach> = {}): Reach => ({
  alias: 'web1',
  resolve: { [name]: '127.0.0.1' },
  ...more,
});
const trusting = (file = 'good') => reach({ caFile: join(folder, `${file}.pem`) });
const get = (url: string, how = reach(), timeoutMs = 5000) => probeExternal(url, how, { timeoutMs });

describe('a page from outside', () => {
  it('is asked under its own name at the address that was given', async () => {
    const at = await plain((request, response) => response.end(`for ${request.headers.host ?? ''}`));
    expect(await get(`http://${name}:${at}/`)).toMatchObject({ status: 200, bodyStart: `for ${name}:${at}` });
  });

  it('shows its certificate', async () => {
    const at = await secure((_, response) => response.end('ok'));
    const answer = await get(`https://${name}:${at}/`, trusting());
    expect(answer).toMatchObject({ status: 200, certificate: { subject: name, names: [name] } });
    expect(new Date(answer.certificate?.validTo ?? 0).getTime()).toBeGreaterThan(Date.now());
  });

  it('with a certificate that is self-signed, or for another name, is an error', async () => {
    const ok: RequestListener = (_, response) => response.end('ok');
    const [self, other] = [await secure(ok), await secure(ok, 'other')];
    expect(await get(`https://${name}:${self}/`)).toMatchObject({
      status: null,
      error: 'the certificate is self-signed',
    });
    expect(await get(`https://${name}:${other}/`, trusting('other'))).toMatchObject({
      status: null,
      error: 'the certificate is for another name',
    });
  });

  it('with an expired certificate is an error', async () => {
    const at = await secure((_, response) => response.end('ok'), 'expired');
    expect(await get(`https://${name}:${at}/`, trusting('expired'))).toMatchObject({
      status: null,
      error: 'the certificate has expired',
    });
  });

  it('with authorities that cannot be read says which file', async () => {
    await expect(get(`https://${name}/`, reach({ caFile: '/nowhere/ca.pem' }))).rejects.toMatchObject({
      type: 'Configuration',
      message: expect.stringContaining('/nowhere/ca.pem') as string,
    });
  });
});

describe('redirects', () => {
  it('within the site are followed', async () => {
    const at = await plain((request, response) => {
      if (request.url === '/') response.writeHead(301, { location: '/words/' }).end();
      else response.end(request.url);
    });
    expect(await get(`http://${name}:${at}/`)).toMatchObject({ status: 200, bodyStart: '/words/' });
  });

  it('to another host are the answer', async () => {
    const at = await plain((_, response) =>
      response.writeHead(302, { location: 'https://login.example.test/' }).end(),
    );
    expect(await get(`http://${name}:${at}/`)).toMatchObject({
      status: 302,
      location: 'https://login.example.test/',
    });
  });

  it('in a circle are an error that shows it', async () => {
    const at = await plain((request, response) =>
      response.writeHead(302, { location: request.url === '/a' ? '/b' : '/a' }).end(),
    );
    const base = `http://${name}:${at}`;
    expect((await get(`${base}/a`)).error).toBe(
      `redirects lead in a circle: ${base}/a → ${base}/b → ${base}/a`,
    );
  });

  it('without end are an error', async () => {
    let count = 0;
    const at = await plain((_, response) => response.writeHead(302, { location: `/${(count += 1)}` }).end());
    expect((await get(`http://${name}:${at}/`)).error).toContain('more than 5 redirects');
    expect(count).toBe(6);
  });
});

describe('a site that cannot be reached', () => {
  it('because nothing listens', async () => {
    const at = await plain(() => undefined);
    servers.splice(0).forEach((server) => server.close());
    expect(await get(`http://${name}:${at}/`)).toMatchObject({
      status: null,
      error: expect.stringContaining('refused') as string,
    });
  });

  it('from the worker alone is no verdict on the site', async () => {
    // Linux refuses TCP to a multicast address as a network that cannot be reached.
    await expect(get(`http://${name}/`, reach({ resolve: { [name]: '224.0.0.1' } }))).rejects.toMatchObject({
      type: 'HostUnreachable',
      message: expect.stringContaining('no verdict on the site') as string,
    });
  });

  it('because it hangs', async () => {
    const at = await plain(() => undefined);
    expect(await get(`http://${name}:${at}/`, reach(), 200)).toMatchObject({
      error: 'no whole answer within 200 ms',
    });
  });

  it('because TLS is spoken to a server that knows none', async () => {
    const at = await plain((_, response) => response.end());
    const answer = await get(`https://${name}:${at}/`);
    expect(answer.status).toBeNull();
    expect(answer.error).toBeDefined();
  });

  it('because its name does not resolve: an answer, or no verdict where the worker has no name service', async () => {
    const asked = get('http://no-such-host.invalid/');
    const told = await asked.then(
      ({ error }) => error ?? '',
      (error: unknown) => (error as Error).message,
    );
    expect(told).toMatch(/the name does not resolve|the worker itself cannot reach the network/);
  });
});
