import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { noticeEvents, type Destination } from '../../src/domain/app/channels.js';
import { deliver } from '../../src/notify/deliver.js';
import { feishuSign } from '../../src/notify/feishu.js';
import { notice, receiver, type Answer, type Received } from './receiver.js';
import { closed } from '../closed.js';

const open: { close: () => Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));

async function listen(answer?: (received: Received) => Answer) {
  const server = await receiver(answer);
  open.push(server);
  return server;
}

/** Delivers to a channel whose URL and secret are the worker's variables. */
function send(to: Destination, variables: Record<string, string>, timeoutMs?: number): Promise<void> {
  const channel = { name: 'people', on: noticeEvents, to };
  return deliver(channel, notice, { delivery: 'run-1', environment: variables, timeoutMs });
}

function hmac(key: string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

const url = { env: 'CHANNEL_URL' };
const secret = { env: 'CHANNEL_SECRET' };

describe('a webhook', () => {
  test('gets the notice as JSON, and with a secret a signature over time and body', async () => {
    const server = await listen();
    await send(
      { kind: 'webhook', url: { plain: `${server.url}/x` }, secret },
      { CHANNEL_SECRET: 's3cret\n' },
    );
    const [{ headers, body }] = server.received as [Received];
    expect(JSON.parse(body)).toMatchObject({ event: 'approval', app: 'words', lines: notice.lines });
    expect((JSON.parse(body) as { text: string }).text).toContain(
      'next: belay approve words/production/web1',
    );
    const timestamp = String(headers['belay-timestamp']);
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
    expect(headers['belay-signature']).toBe(`v1=${hmac('s3cret', `${timestamp}.${body}`).toString('hex')}`);
    expect(headers).toMatchObject({ 'belay-event': 'approval', 'belay-delivery': 'run-1' });
  });

  test('reads its secret from a file anew each time, and names the file that is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'belay-notify-'));
    const file = join(folder, 'secret');
    const server = await listen();
    const to: Destination = { kind: 'webhook', url: { plain: server.url }, secret: { file } };
    await expect(send(to, {})).rejects.toThrow(`${file} cannot be read on the worker`);
    await writeFile(file, 'one');
    await send(to, {});
    await rm(folder, { recursive: true });
    expect(server.received).toHaveLength(1);
  });

  test('that never answers ends within its deadline', async () => {
    const server = await listen(() => undefined);
    const began = performance.now();
    await expect(send({ kind: 'webhook', url: { plain: server.url } }, {}, 300)).rejects.toMatchObject({
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ did not answer: no answer in time$/) as string,
      lasting: false,
    });
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test('whose answer never ends is read no further than its beginning, and no longer than it may', async () => {
    const server = createServer((request, response) => {
      const [bytes, everyMs] = request.url === '/flood' ? [65_536, 1] : [1, 20];
      const timer = setInterval(() => response.write(Buffer.alloc(bytes, 'x')), everyMs);
      response.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => closed(server) });
    const { port } = server.address() as AddressInfo;
    const to = (path: string): Destination => ({
      kind: 'webhook',
      url: { plain: `http://127.0.0.1:${port}${path}` },
    });
    await send(to('/flood'), {});
    await expect(send(to('/trickle'), {}, 300)).rejects.toThrow('no answer in time');
  });

  test('that refuses, breaks down, moves away or is not there says so; only some of it may be mended by trying again', async () => {
    const answers: Record<string, Answer> = {
      '/404': { status: 404, body: 'no such hook' },
      '/500': { status: 500 },
      '/429': { status: 429 },
      '/moved': { status: 302, headers: { location: '/elsewhere' } },
    };
    const server = await listen(({ url: path }) => answers[path]);
    const to = (path: string): Destination => ({ kind: 'webhook', url: { plain: `${server.url}${path}` } });
    await expect(send(to('/404'), {})).rejects.toMatchObject({
      message: expect.stringContaining('answered 404: no such hook') as string,
      lasting: true,
    });
    await expect(send(to('/500'), {})).rejects.toMatchObject({ lasting: false });
    await expect(send(to('/429'), {})).rejects.toMatchObject({ lasting: false });
    await expect(send(to('/moved'), {})).rejects.toMatchObject({ lasting: true });
    expect(server.received.map((one) => one.url)).not.toContain('/elsewhere');
    const gone = await listen();
    await gone.close();
    await expect(send({ kind: 'webhook', url: { plain: gone.url } }, {})).rejects.toMatchObject({
      message: expect.stringMatching(/did not answer: .*ECONNREFUSED/) as string,
      lasting: false,
    });
  });
});

describe('Slack', () => {
  test('gets text in which nothing mentions anybody, and no error tells its URL', async () => {
    const server = await listen(({ url: path }) =>
      path === '/services/T0/B0/token' ? {} : { status: 403, body: `invalid_token /services/wrong` },
    );
    await send({ kind: 'slack', url }, { CHANNEL_URL: `${server.url}/services/T0/B0/token` });
    const { text } = JSON.parse(server.received[0]?.body ?? '') as { text: string };
    expect(text).toContain('&lt;!channel&gt;');
    expect(text).toContain('*everything* &amp; start');
    await expect(
      send({ kind: 'slack', url }, { CHANNEL_URL: `${server.url}/services/wrong` }),
    ).rejects.toThrow(/answered 403: invalid_token/);
    await expect(send({ kind: 'slack', url }, { CHANNEL_URL: 'hooks/services/wrong' })).rejects.toThrow(
      /^expected a URL that begins with https:\/\/ or http:\/\/$/,
    );
    await expect(send({ kind: 'slack', url }, {})).rejects.toThrow(/no environment variable CHANNEL_URL/);
  });
});

/** As the service's documentation has it: the key is time and secret, nothing is signed with it. */
describe('Feishu', () => {
  const judge = ({ body }: Received): Answer => {
    const { timestamp, sign } = JSON.parse(body) as { timestamp: string; sign: string };
    const good = hmac(`${timestamp}\nfs`, '').toString('base64') === sign;
    return {
      body: JSON.stringify(good ? { code: 0, msg: 'success' } : { code: 19021, msg: 'sign match fail' }),
    };
  };

  test('takes a message that is signed as it documents, and calls nobody by name', async () => {
    const server = await listen(judge);
    await send({ kind: 'feishu', url, secret }, { CHANNEL_URL: server.url, CHANNEL_SECRET: 'fs' });
    const { msg_type, content } = JSON.parse(server.received[0]?.body ?? '') as {
      msg_type: string;
      content: { text: string };
    };
    expect(msg_type).toBe('text');
    expect(content.text).toContain('a plan waits for approval');
    expect(content.text).not.toContain('<');
    expect(feishuSign('fs', '1599360473')).toBe(hmac('1599360473\nfs', '').toString('base64'));
  });

  test('says 200 and refuses in the body, which counts as not told', async () => {
    const server = await listen(judge);
    await expect(
      send({ kind: 'feishu', url, secret }, { CHANNEL_URL: server.url, CHANNEL_SECRET: 'wrong' }),
    ).rejects.toThrow('refused with 19021: sign match fail');
  });
});

/** As the service's documentation has it: time and secret are signed with the secret, both in the address. */
describe('DingTalk', () => {
  const judge = ({ url: path }: Received): Answer => {
    const query = new URL(path, 'http://x').searchParams;
    const timestamp = query.get('timestamp') ?? '';
    const recent = Math.abs(Number(timestamp) - Date.now()) < 3_600_000;
    const good = recent && query.get('sign') === hmac('SEC1', `${timestamp}\nSEC1`).toString('base64');
    const errmsg = good ? 'ok' : 'description:sign not match';
    return {
      body: JSON.stringify({ errcode: good && query.get('access_token') === 'a+b' ? 0 : 310000, errmsg }),
    };
  };

  test('takes a message that is signed as it documents', async () => {
    const server = await listen(judge);
    const variables = { CHANNEL_URL: `${server.url}/robot/send?access_token=a%2Bb`, CHANNEL_SECRET: 'SEC1' };
    await send({ kind: 'dingtalk', url, secret }, variables);
    const { msgtype, markdown } = JSON.parse(server.received[0]?.body ?? '') as {
      msgtype: string;
      markdown: { title: string; text: string };
    };
    expect(msgtype).toBe('markdown');
    expect(markdown.title).toBe(notice.title);
    expect(markdown.text).toContain('\\*everything\\*');
  });

  test('refuses in the body', async () => {
    const server = await listen(judge);
    await expect(
      send({ kind: 'dingtalk', url, secret }, { CHANNEL_URL: server.url, CHANNEL_SECRET: 'SEC2' }),
    ).rejects.toThrow('refused with 310000: description:sign not match');
  });
});
