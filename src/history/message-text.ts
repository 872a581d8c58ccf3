import { en, type Words } from './catalogue/en.js';
import { oneLine, shortDigest } from './text.js';
import type { Message } from './view.js';

/** Who told it, as far as that is known. */
export function senderOf(
  { by, proven }: Pick<Message, 'by' | 'proven'>,
  { messages }: Pick<Words, 'messages'>,
): string {
  const name = oneLine(by);
  if (name === '') return messages.somebody;
  return proven ? name : messages.unproven(name);
}

/** What somebody told the deployment, and whether it had an effect. */
export function messageText(
  message: Message,
  { messages, say }: Pick<Words, 'messages' | 'say'> = en,
): string {
  const said = messages.by(messages.said[message.kind], senderOf(message, { messages }));
  const plan = message.plan === null ? '' : messages.plan(shortDigest(message.plan));
  const reason = message.reason === null ? '' : messages.reason(oneLine(say(message.reason)));
  const effect = message.counted ? '' : messages.ignored(oneLine(say(message.note ?? '')));
  return `${said}${plan}${reason}${effect}`;
}
