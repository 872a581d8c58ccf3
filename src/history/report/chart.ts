import { labelOf } from '../../domain/runbook/labels.js';
import type { Words } from '../catalogue/en.js';
import type { Outage } from '../../domain/runbook/outcome.js';
import type { DeploymentStep } from '../view.js';
import { inline } from './html-text.js';

const rowHeight = 32;
const top = 22;
/** A bar can be seen, however short its step was. */
const leastPercent = 0.8;
/** What a wait takes of the chart's width, however long it was. */
const waitPercent = 5;

/**
 * The steps over time as one SVG: whether the site served, then a row a step, its bar where it ran. It is as wide as its place, with text of the same size on
 * a phone; a long wait between steps (for an approval, say) is cut short and marked.
 */
export function stepChart(
  steps: readonly DeploymentStep[],
  outages: readonly Outage[],
  words: Words,
): string {
  const axis = new Axis(steps);
  const height = top + (steps.length + 1) * rowHeight;
  return [
    `<svg class="chart" role="img" aria-label="${inline(words.chart.label)}" width="100%" height="${height}" xmlns="http://www.w3.org/2000/svg">`,
    `<text class="axis" x="0" y="12">${time(axis.begin)}</text>`,
    `<text class="axis" x="100%" y="12" text-anchor="end">${time(axis.end)}</text>`,
    ...axis.waits.map(({ from, seconds }) => {
      const title = `<title>${inline(words.chart.waited(words.duration(seconds)))}</title>`;
      return `<rect class="wait" x="${percent(from)}" y="${top - 4}" width="${percent(axis.waitWidth)}" height="${height - top + 4}">${title}</rect>`;
    }),
    ...availability(outages, top, axis, words),
    ...steps.flatMap((step, index) => row(step, top + (index + 1) * rowHeight, axis, words)),
    '</svg>',
  ].join('\n');
}

/** Names of the classes that bars have, in the order of the legend. */
export const barKinds = ['look', 'change', 'undo', 'failed'] as const;

function availability(outages: readonly Outage[], y: number, axis: Axis, words: Words): string[] {
  const seconds = outages.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0);
  const took = words.chart.outage(words.duration(seconds), outages.length);
  return [
    `<text x="0" y="${y + 12}">${inline(words.chart.availability)}</text>`,
    `<text class="took" x="100%" y="${y + 12}" text-anchor="end">${inline(took)}</text>`,
    `<rect class="bar up" x="0" y="${y + 18}" width="100%" height="6" rx="3"/>`,
    ...outages.map(({ from, to }) => {
      const begin = Math.min(axis.at(from), 100 - leastPercent);
      const width = Math.max(leastPercent, axis.at(to) - begin);
      return `<rect class="bar down" x="${percent(begin)}" y="${y + 18}" width="${percent(width)}" height="6" rx="3"/>`;
    }),
  ];
}

function row(step: DeploymentStep, y: number, axis: Axis, words: Words): string[] {
  const from = Math.min(axis.at(step.startedAt), 100 - leastPercent);
  const width = Math.max(leastPercent, axis.at(endOf(step)) - from);
  const kind = step.status === 'failed' ? 'failed' : step.kind;
  const attempts = step.attempts > 1 ? ` ×${step.attempts}` : '';
  const took = `${words.duration(step.durationSeconds)}${attempts}`;
  const title = step.summary === '' ? '' : `<title>${inline(words.summary(step.summary))}</title>`;
  return [
    `<text x="0" y="${y + 12}">${inline(labelOf(step.name, words.lang))}</text>`,
    `<text class="took" x="100%" y="${y + 12}" text-anchor="end">${inline(took)}</text>`,
    `<rect class="track" x="0" y="${y + 18}" width="100%" height="6" rx="3"/>`,
    `<rect class="bar ${kind}" x="${percent(from)}" y="${y + 18}" width="${percent(width)}" height="6" rx="3">${title}</rect>`,
  ];
}

/** Places times on the chart's width, in percent. */
class Axis {
  readonly begin: number;
  readonly end: number;
  /** The waits that are cut short: where each begins, in percent, and how long it was. */
  readonly waits: { from: number; seconds: number }[] = [];
  readonly waitWidth: number;
  /** Stretches of time between the waits, in percent and milliseconds. */
  private readonly stretches: { begin: number; end: number; from: number; to: number }[] = [];

  constructor(steps: readonly DeploymentStep[]) {
    this.begin = Math.min(...steps.map(({ startedAt }) => startedAt));
    this.end = Math.max(...steps.map(endOf));
    const busy = merged(steps);
    const worked = busy.reduce((sum, [from, to]) => sum + to - from, 0);
    // Shorter ones are shown as they are.
    const longest = Math.max(2000, worked / 10);
    const parts = joined(busy, longest);
    this.waitWidth = Math.min(waitPercent, 40 / Math.max(1, parts.length - 1));
    const shown = Math.max(
      1,
      parts.reduce((sum, [from, to]) => sum + to - from, 0),
    );
    const scale = (100 - this.waitWidth * (parts.length - 1)) / shown;
    let at = 0;
    parts.forEach(([begin, end], index) => {
      const before = parts[index - 1];
      if (before !== undefined) {
        this.waits.push({ from: at, seconds: (begin - before[1]) / 1000 });
        at += this.waitWidth;
      }
      this.stretches.push({ begin, end, from: at, to: at + (end - begin) * scale });
      at += (end - begin) * scale;
    });
  }

  at(time: number): number {
    const stretch = this.stretches.find(({ end }) => time <= end) ?? this.stretches.at(-1);
    if (stretch === undefined) return 0;
    const { begin, end, from, to } = stretch;
    return end === begin ? from : from + ((Math.max(time, begin) - begin) / (end - begin)) * (to - from);
  }
}

/** When a step ended, or how far it is. */
function endOf({ startedAt, endedAt, durationSeconds }: DeploymentStep): number {
  return endedAt ?? startedAt + durationSeconds * 1000;
}

/** The times at which some step ran. */
function merged(steps: readonly DeploymentStep[]): [number, number][] {
  const all = steps
    .map((step): [number, number] => [step.startedAt, endOf(step)])
    .sort((a, b) => a[0] - b[0]);
  return joined(all, 0);
}

/** Stretches, in order, of which those with less than `gap` milliseconds between them are one. */
function joined(stretches: readonly [number, number][], gap: number): [number, number][] {
  const result: [number, number][] = [];
  for (const [from, to] of stretches) {
    const last = result.at(-1);
    if (last !== undefined && from - last[1] <= gap) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

function percent(value: number): string {
  return `${Number(value.toFixed(2))}%`;
}

/** `10:15:00` */
function time(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
