import type { Severity } from '../../domain/findings/kind.js';
import type { Finding } from '../../domain/findings/finding.js';
import type { OutcomeKind, StepView } from '../../domain/runbook/outcome.js';
import { previousText } from '../../domain/plan/markdown.js';
import type { Previous } from '../../domain/plan/plan.js';
import { count, duration } from '../text.js';
import type { DeploymentState, DeploymentView, Message, StepFailure } from '../view.js';

type Type = DeploymentView['type'];
type End = OutcomeKind | DeploymentState | NonNullable<DeploymentView['ended']>;

/** A finding as a person reads it. */
export interface ToldFinding {
  message: string;
  /** What the sentences above stand for, as it came, since it may name more than they do; empty where they are these. */
  original: string;
  remedy: string;
}

/** The fixed words of reports. What comes from the server, and the sentences of history itself, stay as they are. */
export const en = {
  lang: 'en' as 'en' | 'zh',
  title: (type: Type, app: string, host: string, end: string) =>
    `${{ deploy: 'Deployment', plan: 'Plan', rollback: 'Rollback', eject: 'Ejection', recover: 'Recovery' }[type]} of ${app} on ${host}: ${end}`,
  ends: {
    succeeded: 'succeeded',
    unchanged: 'unchanged',
    refused: 'refused',
    failed: 'failed',
    aborted: 'aborted',
    'rolled-back': 'rolled-back',
    'rollback-failed': 'rollback-failed',
    running: 'running',
    'awaiting-approval': 'awaiting-approval',
    'rolling-back': 'rolling-back',
    'awaiting-operator': 'awaiting-operator',
    closed: 'ended',
    returned: 'ended',
    cancelled: 'cancelled',
    terminated: 'terminated',
    'timed out': 'timed out',
    continued: 'continued',
  } satisfies Record<End, string>,
  sections: {
    cause: 'Cause',
    failed: 'Pages that failed meanwhile',
    timeline: 'Timeline',
    findings: 'Findings',
    steps: 'Steps',
    evidence: 'Evidence',
    undone: 'Undone',
    remains: 'Remains to be done by hand',
    untold: 'Not told',
    plan: 'Plan',
  },
  facts: {
    environment: 'environment',
    release: 'release',
    serving: 'serves now',
    previous: 'previous',
    port: 'port',
    started: 'started',
    approvedBy: 'approved by',
    ended: 'ended',
    took: 'took',
    downtime: 'downtime',
    id: 'id',
    ui: 'web ui',
    digest: 'digest',
    user: 'runs as',
    address: 'address',
    files: 'files',
    wayBack: 'way back',
  },
  /** Why it did not succeed. */
  cause: ({ cause }: Pick<DeploymentView, 'cause' | 'outcome' | 'findings' | 'steps'>): string | null =>
    cause,
  failure: ({ message }: StepFailure): string => message,
  /** Sentences of histories: of belay about what happened, of a plan, of a workflow about a step, of a step about how far it is, and of what it proved. */
  say: (text: string): string => text,
  action: (text: string): string => text,
  summary: (text: string): string => text,
  progress: (text: string): string => text,
  proved: (text: string): string => text,
  columns: {
    time: 'time',
    what: 'what',
    step: 'step',
    status: 'status',
    attempts: 'attempts',
    took: 'took',
    page: 'page',
    undone: 'undone',
  },
  yes: 'yes',
  /** Between the items of a list in a line. */
  comma: ', ',
  startedBy: (time: string, by: string) => `${time} by ${by}`,
  approvedAt: (by: string, time: string) => `${by} at ${time}`,
  seconds: (seconds: number) => `${seconds} s`,
  reckoned: 'reckoned from the steps, nginx could not be asked meanwhile',
  duration: (seconds: number) => duration(seconds),
  timesAreUtc: (day: string) => `Times are UTC, beginning on ${day}.`,
  severities: { block: 'block', warn: 'warn', info: 'info' } satisfies Record<Severity, string>,
  remedy: (remedy: string) => `Remedy: ${remedy}`,
  finding: ({ message, remedy }: Pick<Finding, 'id' | 'message' | 'remedy'>): ToldFinding => ({
    message,
    original: '',
    remedy,
  }),
  kinds: { look: 'look', change: 'change', undo: 'way back', failed: 'failed' },
  statuses: {
    waiting: 'waiting',
    running: 'running',
    retrying: 'retrying',
    done: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
  } satisfies Record<StepView['status'], string>,
  happened: {
    start: (type: Type, by: string) => `${type} started by ${by}`,
    held: (why: string) => `no worker can go on with it: ${why}`,
    retry: (step: string, attempt: number, why: string) => `${step}: attempt ${attempt} failed, ${why}`,
    step: (step: string, status: string, took: string, attempts: number, why: string) =>
      `${step}: ${status} (${took}${attempts > 1 ? `, ${attempts} attempts` : ''})${why === '' ? '' : `: ${why}`}`,
    plan: (digest: string, findings: number) => `plan ${digest} with ${count(findings, 'finding')}`,
    state: (state: string) => state.replace('-', ' '),
  },
  undid: (step: string, status: string, undid: string, why: string) =>
    `${step}: ${status}${undid === '' ? '' : ` (undid ${undid})`}${why === '' ? '' : `: ${why}`}`,
  messages: {
    said: {
      approve: 'approved',
      abort: 'abort asked for',
      cancel: 'cancelled in Temporal',
      'retry-rollback': 'told to retry the rollback',
      'give-up': 'told to give up',
    } satisfies Record<Message['kind'], string>,
    by: (said: string, by: string) => `${said} by ${by}`,
    somebody: 'somebody',
    unproven: (by: string) => `someone who says they are ${by}`,
    plan: (digest: string) => ` (plan ${digest})`,
    reason: (reason: string) => `: ${reason}`,
    ignored: (why: string) => `; changed nothing: ${why}`,
  },
  plan: {
    port: (port: number) => `port ${port}`,
    from: (address: string, from: string) => `${address}, from ${from}`,
    unknown: 'unknown',
    files: (added: number, changed: number, removed: number) =>
      `${added} added, ${changed} changed, ${removed} removed`,
    travels: (files: number, total: number, bytes: string) => `${files} of ${total} files travel, ${bytes}`,
    previous: (previous: Previous) => previousText({ previous }),
    willHappen: 'What will happen',
  },
  chart: {
    label: 'The steps over time',
    waited: (time: string) => `${time} of waiting`,
    availability: 'the site',
    outage: (time: string, outages: number) => (outages === 0 ? 'no outage' : `${time} without it`),
  },
};

/** A catalogue has all of these, or it does not compile. */
export type Words = typeof en;
