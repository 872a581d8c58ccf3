import type { Channel, Notice } from '../domain/app/channels.js';
import { clean } from './clean.js';
import { dingtalk } from './dingtalk.js';
import { email } from './email.js';
import { NotifyError } from './error.js';
import { feishu } from './feishu.js';
import { Secrets } from './secret.js';
import type { Delivery } from './send.js';
import { slack } from './slack.js';
import { webhook } from './webhook.js';

/** For one attempt, from reading the secret to the end of the answer. */
const deadlineMs = 8_000;

/**
 * Tells one channel, once, within 8 s.
 * @param options.delivery the same in every attempt to deliver this notice here
 * @throws NotifyError without any secret in it
 */
export async function deliver(
  channel: Channel,
  notice: Notice,
  options: { delivery: string; environment?: NodeJS.ProcessEnv; signal?: AbortSignal; timeoutMs?: number },
): Promise<void> {
  const { delivery, environment = process.env, signal, timeoutMs = deadlineMs } = options;
  const secrets = new Secrets(environment);
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    await send(channel, clean(notice), {
      secrets,
      delivery,
      now: Date.now(),
      signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
    });
  } catch (error) {
    const told = error instanceof NotifyError ? error : new NotifyError(String(error), false);
    // Without its cause, which nobody has looked through.
    throw new NotifyError(secrets.redact(told.message), told.lasting);
  }
}

function send({ to }: Channel, notice: Notice, delivery: Delivery): Promise<void> {
  switch (to.kind) {
    case 'webhook':
      return webhook(to, notice, delivery);
    case 'slack':
      return slack(to, notice, delivery);
    case 'feishu':
      return feishu(to, notice, delivery);
    case 'dingtalk':
      return dingtalk(to, notice, delivery);
    case 'email':
      return email(to, notice, delivery);
  }
}
