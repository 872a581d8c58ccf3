import { createHmac } from 'node:crypto';
import { accepted } from './accepted.js';
import { plainText } from './message.js';
import { post } from './post.js';
import type { Send } from './send.js';

/** A custom bot of Feishu or Lark (open.feishu.cn, "Custom bot usage guide"). */
export const feishu: Send<'feishu'> = async ({ url, secret }, notice, { secrets, now, signal }) => {
  const timestamp = String(Math.floor(now / 1000));
  const sign =
    secret === undefined ? {} : { timestamp, sign: feishuSign(await secrets.read(secret), timestamp) };
  // `<at user_id="all">` in a text would call everybody.
  const text = `${notice.title}\n${plainText(notice)}`.replaceAll('<', '＜');
  const body = JSON.stringify({ ...sign, msg_type: 'text', content: { text } });
  accepted(
    await post(await secrets.read(url), body, {}, signal),
    ['code', 'StatusCode'],
    ['msg', 'StatusMessage'],
  );
};

/** The HMAC-SHA256, in base64, of nothing under the key `<timestamp>\n<secret>`; the timestamp in seconds. */
export function feishuSign(secret: string, timestamp: string): string {
  return createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
}
