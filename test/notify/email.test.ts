import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { noticeEvents, type Channel, type Destination } from '../../src/domain/app/channels.js';
import { deliver } from '../../src/notify/deliver.js';
import { hostile, notice } from './receiver.js';

const open: { close: () => void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

interface Mail {
  from: string;
  to: string[];
  user: unknown;
  encrypted: boolean;
  text: string;
}

/** A real SMTP server on loopback. */
async function mailServer(options: SMTPServerOptions = {}): Promise<{ smtp: string; mails: Mail[] }> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => {
      if (username === 'belay' && password === 'pa ss') done(null, { user: username });
      else done(new Error('Invalid username or password'));
    },
    onData: (stream, session, done) => {
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (part: string) => (text += part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        mails.push({
          from,
          to: rcptTo.map(({ address }) => address),
          user: session.user,
          encrypted: session.secure,
          text,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => server.close() });
  return { smtp: `127.0.0.1:${(server.server.address() as AddressInfo).port}`, mails };
}

/** What RFC 2045 and 2047 wrote as something else, in either of their ways. */
function decoded(text: string): string {
  const plain = text
    .replaceAll(/=\?utf-8\?b\?([^?]*)\?=/gi, (_, words: string) => Buffer.from(words, 'base64').toString())
    .replaceAll(/=\?utf-8\?q\?([^?]*)\?=/gi, (_, words: string) => words.replaceAll('_', ' '))
    .replaceAll('=\r\n', '')
    .replaceAll(/(?:=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString());
  return /^[A-Za-z0-9+/=\r\n]+$/.test(plain) ? Buffer.from(plain, 'base64').toString() : plain;
}

type Email = Extract<Destination, { kind: 'email' }>;

function channel(smtp: string, changes: Partial<Email> = {}): Channel {
  const to: Destination = {
    kind: 'email',
    smtp,
    from: 'belay@example.test',
    to: ['kim@example.test', 'lee@example.test'],
    tls: 'off',
    ...changes,
  };
  return { name: 'mail', on: noticeEvents, to };
}

function send(smtp: string, changes: Partial<Email> = {}, timeoutMs?: number) {
  const environment = { MAIL_PASSWORD: 'pa ss', WRONG: 'hunter2' };
  return deliver(channel(smtp, changes), notice, { delivery: 'run-1', environment, timeoutMs });
}

describe('mail', () => {
  test('is one plain text to all, after logging in', async () => {
    const { smtp, mails } = await mailServer();
    await send(smtp, { user: 'belay', password: { env: 'MAIL_PASSWORD' } });
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({
      from: 'belay@example.test',
      to: ['kim@example.test', 'lee@example.test'],
      user: 'belay',
    });
    expect(mails[0]?.text).toMatch(/^Subject: words on web1 \(production\): a plan waits for approval\r?$/m);
    expect(mails[0]?.text).toMatch(/^Message-ID: <run-1@belay\.invalid>\r?$/im);
    expect(mails[0]?.text).toContain('next: belay approve words/production/web1 --plan 1f0c9a2b1f0c');
  });

  test('of a deployment with hostile names: no secret, nothing that acts, and no header of theirs', async () => {
    const { smtp, mails } = await mailServer();
    const title = `${hostile.title}\r\nBcc: evil@example.test\r\n\r\n<script>`;
    const hidden = { ...hostile, title, lines: [...hostile.lines, '.', 'Bcc: evil@example.test'] };
    await deliver(channel(smtp), hidden, { delivery: 'run-1', environment: {} });
    const [mail] = mails;
    expect(mail?.to).toEqual(['kim@example.test', 'lee@example.test']);
    const [headers = '', ...body] = (mail?.text ?? '').split('\r\n\r\n');
    expect(headers).not.toMatch(/^bcc:/im);
    const told = [headers.replaceAll(/\r\n\s/g, ''), ...body].map(decoded).join('\n');
    expect(told).toContain('the page said fine');
    expect(told).toContain('all is well');
    expect(told).not.toContain('zq7planted');
    // eslint-disable-next-line no-control-regex
    expect(told).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  test('does not log in with a wrong password, and the error does not tell it', async () => {
    const { smtp, mails } = await mailServer();
    await expect(send(smtp, { user: 'belay', password: { env: 'WRONG' } })).rejects.toMatchObject({
      message: expect.not.stringContaining('hunter2') as string,
      lasting: true,
    });
    expect(mails).toEqual([]);
  });

  test('is not sent in the clear where TLS is insisted on', async () => {
    const { smtp, mails } = await mailServer();
    await expect(send(smtp, { tls: 'required' })).rejects.toThrow(/STARTTLS|TLS/);
    expect(mails).toEqual([]);
  });

  test('that is refused for now may be taken later; for good, not', async () => {
    const refusing = (code: number) =>
      mailServer({
        onRcptTo: (_address, _session, done) =>
          done(Object.assign(new Error('not here'), { responseCode: code })),
      });
    await expect(send((await refusing(450)).smtp)).rejects.toMatchObject({ lasting: false });
    await expect(send((await refusing(550)).smtp)).rejects.toMatchObject({ lasting: true });
  });

  test('ends within its deadline where the server says nothing', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    open.push(silent);
    const began = performance.now();
    await expect(send(`127.0.0.1:${(silent.address() as AddressInfo).port}`, {}, 300)).rejects.toThrow(
      'did not take the mail in time',
    );
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('mail over STARTTLS', () => {
  let folder: string;
  let tls: { key: Buffer; cert: Buffer };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'belay-mail-'));
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    await execa('openssl', ['req', '-x509', ...key, '-out', 'ca.pem', '-days', '30', ...name], {
      cwd: folder,
    });
    const [pem, cert] = await Promise.all(['key.pem', 'ca.pem'].map((file) => readFile(join(folder, file))));
    tls = { key: pem ?? Buffer.of(), cert: cert ?? Buffer.of() };
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Offers STARTTLS, and takes no password before. */
  async function secureServer() {
    const options = { disabledCommands: [], allowInsecureAuth: false, authOptional: false, ...tls };
    const { smtp, mails } = await mailServer(options);
    return { smtp: smtp.replace('127.0.0.1', 'localhost'), mails };
  }
  const login = { tls: 'required', user: 'belay', password: { env: 'MAIL_PASSWORD' } } as const;

  test('is encrypted, password and all, where the worker trusts the certificate', async () => {
    const { smtp, mails } = await secureServer();
    // Node reads whom it trusts besides when it starts, as a worker that is given NODE_EXTRA_CA_CERTS does.
    const outfile = join(folder, 'deliver.cjs');
    const entry = 'src/notify/deliver.ts';
    await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs' });
    const code = `const [channel, notice] = JSON.parse(process.argv[1]);
      require(${JSON.stringify(outfile)}).deliver(channel, notice, { delivery: 'run-1' })`;
    await execa(process.execPath, ['-e', code, JSON.stringify([channel(smtp, login), notice])], {
      env: { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), MAIL_PASSWORD: 'pa ss' },
    });
    expect(mails).toMatchObject([{ encrypted: true, user: 'belay' }]);
  });

  test('is not sent to a server whose certificate is of nobody the worker trusts', async () => {
    const { smtp, mails } = await secureServer();
    await expect(send(smtp, login)).rejects.toThrow(/^localhost:\d+: .*self.signed certificate/);
    expect(mails).toEqual([]);
  });
});
