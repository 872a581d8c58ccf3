/** What people can be notified of. `alert`: what the health watch finds, and that it is over. */
export const noticeEvents = ['approval', 'outcome', 'rollback', 'alert'] as const;

export type NoticeEvent = (typeof noticeEvents)[number];

/** Where the worker finds a secret when it needs it: an environment variable of its own, or a file beside it. */
export type SecretRef = { env: string } | { file: string };

/** Who is notified, and how. A reference wherever a secret is needed: it travels in a workflow's input. */
export interface Channel {
  /** Unique among an app's channels. */
  name: string;
  on: readonly NoticeEvent[];
  to: Destination;
}

export type Destination =
  | { kind: 'webhook'; url: { plain: string } | SecretRef; secret?: SecretRef }
  | { kind: 'slack'; url: SecretRef }
  | { kind: 'feishu'; url: SecretRef; secret?: SecretRef }
  | { kind: 'dingtalk'; url: SecretRef; secret?: SecretRef }
  | {
      kind: 'email';
      /** `host:port` */
      smtp: string;
      from: string;
      to: readonly string[];
      user?: string;
      password?: SecretRef;
      /** `required`: no mail without TLS. `implicit`: TLS from the first byte (port 465). */
      tls: 'required' | 'implicit' | 'off';
    };

/** The text of a notice, plain, the same for every channel. Bounded: it travels through history. */
export interface Notice {
  event: NoticeEvent;
  /** One line. */
  title: string;
  /** Lines, none of them empty; each channel writes them in its own way. */
  lines: string[];
  /** A command to type next. */
  command?: string;
  app: string;
  environment: string;
  host: string;
  /** `<workflow id>@<run id>` */
  deployment: string;
  /** How a deployment ended; of an alert, `alert` or `recovery`. */
  outcome?: string;
}

/** Input of the step `notify`. */
export interface NotifyInput {
  channel: Channel;
  notice: Notice;
}

/** Input of the workflow `notify`: a message that tries every channel, or the one that is named. */
export interface TryChannelsInput {
  channels: readonly Channel[];
  app: string;
  environment: string;
  host: string;
  startedBy: string;
}

/** What came of it, a channel each; `why` is null where it was delivered. */
export type TryChannelsResult = { channel: string; kind: Destination['kind']; why: string | null }[];
