import { afterEach, expect, test } from 'vitest';
import { noticeEvents, type Destination } from '../../src/domain/app/channels.js';
import { deliver } from '../../src/notify/deliver.js';
import { hostile, receiver } from './receiver.js';

const open: { close: () => Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));

const url = { env: 'CHANNEL_URL' };
const channels: Destination[] = [
  { kind: 'webhook', url },
  { kind: 'slack', url },
  { kind: 'feishu', url },
  { kind: 'dingtalk', url },
];

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
