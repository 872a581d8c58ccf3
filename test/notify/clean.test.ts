import { afterEach, expect, test } from 'vitest';
import { noticeEvents, type Destination } from '../../src/domain/app/channels.js';
import { deliver } from '../../src/notify/deliver.js';
import { notice, receiver } from './receiver.js';

const open: { close: () => Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));

const url = { env: 'CHANNEL_URL' };
const channels: Destination[] = [
  { kind: 'webhook', url },
  { kind: 'slack', url },
  { kind: 'feishu', url },
  { kind: 'dingtalk', url },
];

/** What a server can have said: a log, a page, a file's name. */
const hostile = {
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

test.each(channels)('to $kind: no secret, and nothing that acts on who shows it', async (to) => {
  const server = await receiver(() => ({ body: '{"errcode":0,"code":0}' }));
  open.push(server);
  const channel = { name: 'people', on: noticeEvents, to };
  await deliver(channel, hostile, { delivery: 'run-1', environment: { CHANNEL_URL: server.url } });
  const told = strings(JSON.parse(server.received[0]?.body ?? '')).join('\n');
  expect(told).toContain('the page said fine');
  expect(told).not.toContain('zq7planted');
  expect(told).not.toMatch(acting);
});

// eslint-disable-next-line no-control-regex
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

/** All texts of a JSON value. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(strings) : [];
}
