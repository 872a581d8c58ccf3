import type { Finding } from '../../domain/findings/finding.js';
import { labelOf } from '../../domain/runbook/labels.js';
import { formatBytes } from '../../domain/text/bytes.js';
import type { Plan } from '../../domain/plan/plan.js';
import type { Words } from '../catalogue/en.js';
import { messageText, senderOf } from '../message-text.js';
import { outagesOf } from '../outages.js';
import type { DeployResult, Outage } from '../../domain/runbook/outcome.js';
import { shortDigest } from '../text.js';
import { timeline } from '../timeline.js';
import { deploymentId, type DeploymentStep, type DeploymentView } from '../view.js';

/** A part of a report, before it is Markdown or HTML; its texts are as they came. */
export type Block =
  | { kind: 'facts'; rows: [string, string][] }
  | { kind: 'table'; head: string[]; rows: string[][] }
  /** A sentence, and below it what may be quoted from a server. */
  | { kind: 'quote'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'list'; items: string[]; ordered: boolean }
  | { kind: 'finding'; finding: Finding }
  | { kind: 'chart'; steps: DeploymentStep[]; outages: Outage[] };

export interface Section {
  title: string;
  blocks: Block[];
}

export interface Report {
  title: string;
  facts: [string, string][];
  /** Those that have something to say. */
  sections: Section[];
}

/**
 * The record of a deployment, or its post-mortem where it did not succeed: from its history alone.
 * @param ui the Web UI's page of it, where known
 */
export function reportContent(view: DeploymentView, ui: string | null, words: Words): Report {
  const { sections, columns } = words;
  const remains = (view.result?.remains ?? []).map(words.say);
  const cause = words.cause(view);
  const all: Section[] = [
    { title: sections.cause, blocks: cause === null ? [] : [{ kind: 'quote', text: cause }] },
    { title: sections.failed, blocks: failedPages(view, words) },
    { title: sections.timeline, blocks: timelineBlocks(view, words) },
    { title: sections.findings, blocks: view.findings.map((finding) => ({ kind: 'finding', finding })) },
    {
      title: sections.steps,
      blocks:
        view.steps.length === 0
          ? []
          : [
              { kind: 'chart', steps: view.steps, outages: outagesOf(view) },
              {
                kind: 'table',
                head: [columns.step, columns.status, columns.attempts, columns.took, columns.undone],
                rows: view.steps.map((step) => stepRow(step, words)),
              },
            ],
    },
    { title: sections.evidence, blocks: evidenceBlocks(view, words) },
    { title: sections.undone, blocks: listBlock(undoneItems(view, words)) },
    { title: sections.remains, blocks: listBlock(remains) },
    { title: sections.untold, blocks: listBlock(view.untold.map(words.say)) },
    { title: sections.plan, blocks: view.plan === null ? [] : planBlocks(view.plan, words) },
  ];
  return {
    title: words.title(view.type, view.app, view.host, endOf(view, words)),
    facts: facts(view, ui, words),
    sections: all.filter(({ blocks }) => blocks.length > 0),
  };
}

function endOf(view: DeploymentView, { ends }: Words): string {
  return ends[view.outcome ?? (view.state === 'closed' ? (view.ended ?? 'closed') : view.state)];
}

function facts(view: DeploymentView, ui: string | null, words: Words): [string, string][] {
  const { result, endedAt } = view;
  const names = words.facts;
  const approvals = view.messages.filter(({ kind, counted }) => kind === 'approve' && counted);
  const rows: [string, string | null][] = [
    [names.environment, view.environment],
    [names.release, view.release],
    [names.serving, result?.serving ?? null],
    [names.previous, result?.previous ?? null],
    [names.port, result?.port == null ? null : String(result.port)],
    [names.started, words.startedBy(utc(view.startedAt), view.startedBy)],
    [
      names.approvedBy,
      approvals.map((each) => words.approvedAt(senderOf(each, words), utc(each.at))).join(words.comma),
    ],
    [names.ended, endedAt === null ? null : utc(endedAt)],
    [names.took, words.duration(((endedAt ?? Date.now()) - view.startedAt) / 1000)],
    [names.downtime, result === null ? null : downtime(result, words)],
    [names.id, deploymentId(view)],
    [names.ui, ui],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== null && row[1] !== '');
}

function downtime({ downtimeSeconds, outages }: DeployResult, words: Words): string {
  const how =
    outages === undefined ? words.reckoned : outages.slice(0, mostSpans).map(span).join(words.comma);
  return `${words.seconds(downtimeSeconds)}${downtimeSeconds === 0 ? '' : ` (${how})`}`;
}

/** Of more, the chart shows when. */
const mostSpans = 5;

const mostFailed = 60;

/** `10:15:07.3–10:15:09.1` */
function span({ from, to }: Pick<Outage, 'from' | 'to'>): string {
  const time = (ms: number) => new Date(ms).toISOString().slice(11, 21);
  return `${time(from)}–${time(to)}`;
}

/** Which pages failed while the release was changed, where the host asked for them. */
function failedPages({ result }: DeploymentView, words: Words): Block[] {
  const { columns } = words;
  const rows = (result?.outages ?? []).flatMap(({ pages = [] }) =>
    pages.map((one) => [span(one), words.seconds((one.to - one.from) / 1000), one.page]),
  );
  const head = [columns.time, columns.took, columns.page];
  return rows.length === 0 ? [] : [{ kind: 'table', head, rows: rows.slice(0, mostFailed) }];
}

function timelineBlocks(view: DeploymentView, words: Words): Block[] {
  const { columns } = words;
  const rows = timeline(view, words).map(({ at, text }) => [utc(at).slice(11), text]);
  return [
    { kind: 'text', text: words.timesAreUtc(utc(view.startedAt).slice(0, 10)) },
    { kind: 'table', head: [columns.time, columns.what], rows },
  ];
}

function stepRow(step: DeploymentStep, words: Words): string[] {
  const { status, attempts, durationSeconds, undone } = step;
  return [
    labelOf(step.name, words.lang),
    words.statuses[status],
    String(attempts),
    words.duration(durationSeconds),
    undone ? words.yes : '',
  ];
}

function evidenceBlocks({ steps }: DeploymentView, words: Words): Block[] {
  return steps
    .filter(({ evidence }) => evidence.length > 0)
    .map((step) => ({
      kind: 'quote',
      text: [labelOf(step.name, words.lang), ...step.evidence.map(words.proved)].join('\n'),
    }));
}

function undoneItems({ steps, messages }: DeploymentView, words: Words): string[] {
  const named = (name: string) => labelOf(name, words.lang);
  const asked = messages.filter(({ kind }) => kind === 'retry-rollback' || kind === 'give-up');
  return [
    ...steps
      .filter(({ kind }) => kind === 'undo')
      .map((step) => {
        const { status, undid, lastFailure } = step;
        const why = status === 'failed' && lastFailure !== null ? words.failure(lastFailure) : '';
        const what = undid.map(named).join(words.comma);
        return words.undid(labelOf(step.name, words.lang), words.statuses[status], what, why);
      }),
    ...asked.map((message) => messageText(message, words)),
  ];
}

function planBlocks(plan: Plan, words: Words): Block[] {
  const { facts: names, plan: said } = words;
  const { bind, served, files } = plan;
  const address =
    bind === null
      ? served === undefined
        ? said.unknown
        : words.action(served.by)
      : said.from(bind.kind === 'port' ? said.port(bind.port) : bind.path, words.action(bind.from));
  const travels = said.travels(files.upload.files, files.total, formatBytes(files.upload.bytes));
  const rows: [string, string][] = [
    [names.digest, shortDigest(plan.digest)],
    [names.release, plan.release],
    [names.user, plan.user],
    [names.address, address],
    [
      names.files,
      `${said.files(files.addedCount, files.changedCount, files.removedCount)}${words.comma}${travels}`,
    ],
    [names.wayBack, said.previous(plan.previous)],
  ];
  return [
    { kind: 'facts', rows },
    ...listBlock(plan.commits ?? []),
    ...(plan.actions.length === 0
      ? []
      : ([
          { kind: 'text', text: said.willHappen },
          { kind: 'list', items: plan.actions.map(words.action), ordered: true },
        ] as Block[])),
  ];
}

function listBlock(items: string[]): Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', items, ordered: false }];
}

/** `2026-11-24 10:15:00` */
function utc(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
