import { en, type Words } from './catalogue/en.js';
import { oneLine, shortDigest } from './text.js';
import type { Message } from './view.js';

/** What somebody told the deployment, and whether it had an effect. */
export function messageText(message: Message, { messages }: Words = en): string {
  const said = messages.by(messages.said[message.kind], oneLine(message.by) || messages.somebody);
  const plan = message.plan === null ? '' : messages.plan(shortDigest(message.plan));
  const reason = message.reason === null ? '' : messages.reason(oneLine(message.reason));
  const effect = message.counted ? '' : messages.ignored(oneLine(message.note ?? ''));
  return `${said}${plan}${reason}${effect}`;
}
