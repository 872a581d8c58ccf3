import { createHmac } from 'node:crypto';
import { accepted } from './accepted.js';
import { NotifyError } from './error.js';
import { markdown } from './message.js';
import { post } from './post.js';
import type { Send } from './send.js';

/** A custom robot of DingTalk (open.dingtalk.com, "Custom robot access", "Security settings"). */
export const dingtalk: Send<'dingtalk'> = async ({ url, secret }, notice, { secrets, now, signal }) => {
  const address = await secrets.read(url);
  if (!URL.canParse(address)) throw new NotifyError('expected the URL of a DingTalk robot', true);
  const signed = new URL(address);
  if (secret !== undefined) {
    signed.searchParams.set('timestamp', String(now));
    signed.searchParams.set('sign', dingtalkSign(await secrets.read(secret), now));
  }
  const body = JSON.stringify({
    msgtype: 'markdown',
    markdown: { title: notice.title, text: markdown(notice) },
  });
  accepted(await post(signed.href, body, {}, signal), ['errcode'], ['errmsg']);
};

/** The HMAC-SHA256, in base64, of `<timestamp>\n<secret>` under the secret; the timestamp in milliseconds. */
function dingtalkSign(secret: string, timestamp: number): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
}
