import { plainText } from './message.js';
import { post } from './post.js';
import type { Send } from './send.js';

/** An incoming webhook of Slack (docs.slack.dev, "Sending messages using incoming webhooks"). */
export const slack: Send<'slack'> = async ({ url }, notice, { secrets, signal }) => {
  const text = `*${escaped(notice.title)}*\n${escaped(plainText(notice))}`;
  await post(await secrets.read(url), JSON.stringify({ text }), {}, signal);
};

/** Slack's own three escapes; without them a text could mention a whole channel. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
