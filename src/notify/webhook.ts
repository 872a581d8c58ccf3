import { createHmac } from 'node:crypto';
import { plainText } from './message.js';
import { post } from './post.js';
import type { Send } from './send.js';

/**
 * A JSON body to an address of the user's own. With a secret it is signed: `belay-signature: v1=<hex>` is the HMAC-SHA256 of
 * `<belay-timestamp>.<body>`, `belay-timestamp` being seconds since the epoch. `belay-delivery` is the same in every attempt.
 */
export const webhook: Send<'webhook'> = async (
  { url, secret },
  notice,
  { secrets, delivery, now, signal },
) => {
  const address = 'plain' in url ? url.plain : await secrets.read(url);
  const body = JSON.stringify({ ...notice, text: `${notice.title}\n${plainText(notice)}` });
  const timestamp = String(Math.floor(now / 1000));
  const headers: Record<string, string> = {
    'belay-event': notice.event,
    'belay-delivery': delivery,
    'belay-timestamp': timestamp,
  };
  if (secret !== undefined)
    headers['belay-signature'] = webhookSignature(await secrets.read(secret), timestamp, body);
  await post(address, body, headers, signal);
};

/** What a receiver computes to see that a message is belay's, and compares in constant time. */
export function webhookSignature(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}
