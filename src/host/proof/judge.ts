import type { JsonValue, Page } from '../../domain/app/page.js';
import { redact } from '../../domain/secrets/text.js';
import type { ProbeResult } from './probe-answer.js';
import { matchWithin } from './match.js';

/** An answer that was held against what its page has to be like. */
export interface Judgement {
  good: boolean;
  /** What is not as it was expected; undefined where it is, or where no whole answer came. */
  unmet?: string;
}

/** So much of a body is looked at where the page says what has to be in it. */
const lookedAtBytes = 1024 * 1024;
const gateways = [429, 502, 503, 504];
const mostShown = 160;

/** How a page is to be asked, so that its answer can be judged. */
export function askingFor(
  page: Page,
  timeoutMs: number,
): { timeoutMs: number; keepBytes?: number; follow: boolean } {
  const { contains, matches, json, redirect, withinSeconds = Infinity } = page;
  const inBody = contains !== undefined || matches !== undefined || json !== undefined;
  return {
    timeoutMs: Math.min(timeoutMs, Math.ceil(withinSeconds * 1000)),
    ...(inBody ? { keepBytes: lookedAtBytes } : {}),
    follow: redirect === undefined && !page.status?.some((status) => status >= 300 && status < 400),
  };
}

/** Holds an answer against its page. What the app itself answers wrongly, asking again does not mend: `lasting`. */
export function judge<Result extends ProbeResult>(page: Page, result: Result): Result & Judgement {
  const { status, error } = result;
  if (status === null || error !== undefined) return { ...result, good: false };
  if (!isRight(page, status)) return { ...result, good: false };
  const unmet = unmetOf(page, result);
  if (unmet === undefined) return { ...result, good: true };
  return { ...result, good: false, unmet, ...(gateways.includes(status) ? {} : { lasting: true }) };
}

/** `below 400`, `status 200 or 204`: which status a page has to answer with, and what else. */
export function expectationOf({ status, redirect }: Page): string {
  if (status !== undefined) return `with status ${status.join(' or ')}`;
  return redirect === undefined ? 'below 400' : `with a redirect to ${redirect}`;
}

function isRight({ status, redirect }: Page, came: number): boolean {
  if (status !== undefined) return status.includes(came);
  return redirect === undefined ? came < 400 : came >= 300 && came < 400;
}

function unmetOf(page: Page, result: ProbeResult): string | undefined {
  const { contains, matches, json, header, redirect } = page;
  const { body = '', headers = {}, location } = result;
  for (const [name, value] of Object.entries(header ?? {})) {
    const came = headers[name.toLowerCase()];
    if (came !== value)
      return `expected the header ${name}: ${value}, ${came === undefined ? 'it is absent' : `came ${shown(came)}`}`;
  }
  if (redirect !== undefined && !leadsTo(page, redirect, location))
    return `expected it to lead to ${redirect}, it leads to ${location === undefined ? 'nowhere' : shown(location)}`;
  const where = result.cut === true ? ' in its first megabyte' : '';
  if (contains !== undefined && !body.includes(contains))
    return `expected the text ${shown(contains)}${where}, it is not there`;
  if (matches !== undefined) {
    const found = matchWithin(matches, body);
    if (found === 'too long')
      return `matching /${matches}/ took too long and was stopped: write a simpler regular expression`;
    if (found === 'no') return `expected a match of /${matches}/${where}, there is none`;
  }
  return json === undefined ? undefined : unmetJson(json, body, result.cut === true);
}

function unmetJson(expected: Record<string, JsonValue>, body: string, cut: boolean): string | undefined {
  if (cut) return 'expected JSON of one megabyte at most, it is longer';
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch (error) {
    return `expected JSON, it is none (${(error as Error).message.slice(0, 100)})`;
  }
  for (const [field, value] of Object.entries(expected)) {
    const came = fieldOf(answer, field);
    if (came !== value) {
      const text = came === undefined ? 'it is absent' : `came ${shown(JSON.stringify(came))}`;
      return `expected the field ${field} to be ${JSON.stringify(value)}, ${text}`;
    }
  }
  return undefined;
}

/** `data.items.0.id`; own fields alone. */
function fieldOf(answer: unknown, field: string): unknown {
  return field.split('.').reduce<unknown>((inner, key) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined;
    return (inner as Record<string, unknown>)[key];
  }, answer);
}

/** A path is meant at whatever host the page is at. */
function leadsTo({ at }: Page, expected: string, location: string | undefined): boolean {
  if (location === undefined) return false;
  if (location === expected) return true;
  const base = new URL(at, 'http://app.invalid/');
  if (!URL.canParse(location, base.href) || !URL.canParse(expected, base.href)) return false;
  const to = new URL(location, base);
  if (expected.startsWith('/')) return `${to.pathname}${to.search}${to.hash}` === expected;
  return to.href === new URL(expected, base).href;
}

function shown(text: string): string {
  const one = redact(text.replace(/\s+/g, ' '));
  return `“${one.length > mostShown ? `${one.slice(0, mostShown)}…` : one}”`;
}
