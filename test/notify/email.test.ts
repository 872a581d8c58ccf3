import { afterEach, describe, expect, test } from 'vitest';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { noticeEvents, type Destination } from '../../src/domain/notify.js';
import { deliver } from '../../src/notify/deliver.js';
import { notice } from './receiver.js';

const open: { close: () => void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

interface Mail {
  from: string;
  to: string[];
  user: unknown;
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
        mails.push({ from, to: rcptTo.map(({ address }) => address), user: session.user, text });
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

function send(
  smtp: string,
  changes: Partial<Extract<Destination, { kind: 'email' }>> = {},
  timeoutMs?: number,
) {
  const to: Destination = {
    kind: 'email',
    smtp,
    from: 'belay@example.test',
    to: ['kim@example.test', 'lee@example.test'],
    tls: 'off',
    ...changes,
  };
  const environment = { MAIL_PASSWORD: 'pa ss', WRONG: 'hunter2' };
  return deliver({ name: 'mail', on: noticeEvents, to }, notice, {
    delivery: 'run-1',
    environment,
    timeoutMs,
  });
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
