import { z } from 'zod';
import { noticeEvents, type Channel, type Destination, type SecretRef } from '../domain/app/channels.js';
import { list, text, uniqueList, url } from './values.js';

const variable = text('the name of an environment variable', /^[A-Za-z_][A-Za-z0-9_]*$/, 128);
const workerFile = text('an absolute path on the worker, or one that begins with ~/', /^~?\/\S*$/, 1024);
const address = text('an e-mail address', /^[^\s@<>,]+@[^\s@<>,]+$/, 254);

const urlReference = {
  url_env: variable.optional().describe('The worker’s environment variable that holds the URL.'),
  url_file: workerFile.optional().describe('The file on the worker that holds the URL.'),
};
const secretReference = {
  secret_env: variable.optional().describe('The worker’s environment variable that holds the secret.'),
  secret_file: workerFile.optional().describe('The file on the worker that holds the secret.'),
};

type Keys = Record<string, unknown>;

/** A map of these keys, of which some exclude each other or are needed together. */
function destination<Shape extends z.ZodRawShape>(
  description: string,
  shape: Shape,
  rules: { one?: string[]; atMostOne?: string[] },
) {
  return z
    .strictObject(shape, {
      error: (issue) =>
        issue.code === 'invalid_type' ? `a map with ${Object.keys(shape).join(', ')}` : undefined,
    })
    .superRefine((value, context) => {
      const given = (names: string[] = []) => names.filter((name) => (value as Keys)[name] !== undefined);
      const complain = (message: string) => context.addIssue({ code: 'custom', message });
      if (rules.one && given(rules.one).length !== 1) complain(`exactly one of ${rules.one.join(', ')}`);
      if (given(rules.atMostOne).length > 1) complain(`only one of ${(rules.atMostOne ?? []).join(', ')}`);
    })
    .optional()
    .describe(description);
}

const bySecret = Object.keys(secretReference);
const byUrl = Object.keys(urlReference);

const kinds = {
  webhook: destination(
    'A JSON message to an address of your own; with a secret it is signed (HMAC-SHA256).',
    {
      url: url.optional().describe('The URL, where it holds no secret.'),
      ...urlReference,
      ...secretReference,
    },
    { one: ['url', ...byUrl], atMostOne: bySecret },
  ),
  slack: destination('An incoming webhook of Slack.', urlReference, { one: byUrl }),
  feishu: destination(
    'A custom bot of Feishu or Lark; the secret is the one of its signature verification.',
    { ...urlReference, ...secretReference },
    { one: byUrl, atMostOne: bySecret },
  ),
  dingtalk: destination(
    'A custom robot of DingTalk; the secret is the one of its signature (SEC…).',
    { ...urlReference, ...secretReference },
    { one: byUrl, atMostOne: bySecret },
  ),
  email: destination(
    'Mail by SMTP.',
    {
      smtp: text(
        'host:port such as mail.example.test:587',
        /^(?:[\w.-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}$/,
        260,
      ).describe('The mail server, host:port.'),
      from: address.describe('The sender.'),
      to: uniqueList('e-mail addresses', address)
        .min(1, { error: 'at least one e-mail address' })
        .describe('The recipients.'),
      user: text('a user name', /^\S+$/, 254).optional().describe('The user who logs in there.'),
      password_env: variable
        .optional()
        .describe('The worker’s environment variable that holds the password.'),
      password_file: workerFile.optional().describe('The file on the worker that holds the password.'),
      starttls: z
        .boolean({ error: 'true or false' })
        .optional()
        .describe('Whether TLS is insisted on; true unless the port is 465, which is TLS from the start.'),
    },
    { atMostOne: ['password_env', 'password_file'] },
  ),
};

const kindNames = Object.keys(kinds) as (keyof typeof kinds)[];

const channel = z
  .strictObject(
    {
      name: text('a name of lower-case letters, digits and dashes', /^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/)
        .optional()
        .describe('What it is called where it fails; without it, its kind.'),
      on: uniqueList('events', z.enum(noticeEvents, { error: `one of ${noticeEvents.join(', ')}` }))
        .min(1, { error: `at least one of ${noticeEvents.join(', ')}` })
        .optional()
        .describe(
          'approval: a plan waits for it. outcome: how it ended. rollback: it began, or waits for a person. alert: what ' +
            'the health watch finds, and that it is over. Without it, all.',
        ),
      ...kinds,
    },
    {
      error: (issue) =>
        issue.code === 'invalid_type' ? 'a map such as { slack: { url_env: SLACK_URL } }' : undefined,
    },
  )
  .superRefine((value, context) => {
    const given = kindNames.filter((kind) => value[kind] !== undefined);
    if (given.length !== 1)
      context.addIssue({ code: 'custom', message: `exactly one of ${kindNames.join(', ')}` });
  });

/** Who is notified of what: a list of channels. */
export const notify = list('channels', channel)
  .max(20, { error: 'a list of at most 20 channels' })
  .superRefine((channels, context) => {
    const names = channels.map(nameOf);
    names.forEach((name, index) => {
      if (names.indexOf(name) < index)
        context.addIssue({
          code: 'custom',
          path: [index],
          message: `a name that no other channel has, not ${name} twice`,
        });
    });
  })
  .prefault([])
  .describe(
    'Who is told when a plan waits, a deployment ends or goes back, or the health watch finds something.',
  );

type Written = z.infer<typeof channel>;

/** The channels as the workflows take them. */
export function toChannels(written: readonly Written[]): Channel[] {
  return written.map((one) => ({
    name: nameOf(one),
    on: one.on ?? [...noticeEvents],
    to: destinationOf(one),
  }));
}

function nameOf(one: Written): string {
  return one.name ?? kindNames.find((kind) => one[kind] !== undefined) ?? '';
}

function destinationOf({ webhook, slack, feishu, dingtalk, email }: Written): Destination {
  if (webhook) {
    const url = webhook.url === undefined ? needed(webhook, 'url') : { plain: webhook.url };
    return { kind: 'webhook', url, ...optional(webhook, 'secret') };
  }
  if (slack) return { kind: 'slack', url: needed(slack, 'url') };
  if (feishu) return { kind: 'feishu', url: needed(feishu, 'url'), ...optional(feishu, 'secret') };
  if (dingtalk) return { kind: 'dingtalk', url: needed(dingtalk, 'url'), ...optional(dingtalk, 'secret') };
  if (!email) throw new Error('a channel without a destination passed the schema');
  const { smtp, from, to, user, starttls } = email;
  const tls = starttls ?? (smtp.endsWith(':465') ? 'implicit' : true);
  return {
    kind: 'email',
    smtp,
    from,
    to,
    ...(user === undefined ? {} : { user }),
    ...optional(email, 'password'),
    tls: tls === true ? 'required' : tls === false ? 'off' : tls,
  };
}

function reference(map: Keys, what: string): SecretRef | undefined {
  const [env, file] = [map[`${what}_env`], map[`${what}_file`]];
  if (typeof env === 'string') return { env };
  return typeof file === 'string' ? { file } : undefined;
}

function needed(map: Keys, what: string): SecretRef {
  const found = reference(map, what);
  if (found === undefined) throw new Error(`a channel without ${what} passed the schema`);
  return found;
}

function optional<What extends 'secret' | 'password'>(
  map: Keys,
  what: What,
): Partial<Record<What, SecretRef>> {
  const found = reference(map, what);
  return found === undefined ? {} : ({ [what]: found } as Partial<Record<What, SecretRef>>);
}
