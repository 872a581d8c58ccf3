import type { ProbeResult } from './probe-answer.js';

const mostRedirects = 5;

/**
 * Asks for a page and follows its redirects within the site; one that leads to another host is the answer.
 * @param ask one question, with what is left of the time
 * @param timeoutMs for all of it
 * @param goesOn whether a redirect within the site can be followed; where not, it is the answer
 */
export async function followRedirects<Result extends ProbeResult>(
  url: string,
  ask: (url: string, timeoutMs: number) => Promise<Result>,
  timeoutMs: number,
  goesOn: (url: string) => boolean = () => true,
): Promise<Result> {
  const started = performance.now();
  const seen: string[] = [];
  for (let here = url; ;) {
    seen.push(here);
    const result = await ask(here, Math.max(1, Math.round(timeoutMs - (performance.now() - started))));
    const to = redirect(here, result);
    const next = to !== undefined && goesOn(to) ? to : undefined;
    const error = next === undefined ? result.error : trouble(seen, next);
    const durationMs = Math.round(performance.now() - started);
    if (next === undefined || error !== undefined)
      return { ...result, durationMs, ...(error === undefined ? {} : { error }) };
    here = next;
  }
}

/** Where to go on: a redirect to the same host name. */
function redirect(from: string, { status, location, error }: ProbeResult): string | undefined {
  const redirects = status !== null && status >= 300 && status < 400 && error === undefined;
  if (!redirects || location === undefined || !URL.canParse(location, from)) return undefined;
  const to = new URL(location, from);
  to.hash = '';
  const within = to.hostname === new URL(from).hostname && ['http:', 'https:'].includes(to.protocol);
  return within ? to.href : undefined;
}

function trouble(seen: readonly string[], next: string): string | undefined {
  if (seen.some((url) => new URL(url).href === next))
    return `redirects lead in a circle: ${[...seen, next].join(' → ')}`;
  return seen.length > mostRedirects
    ? `more than ${mostRedirects} redirects: ${[...seen, next].join(' → ')}`
    : undefined;
}
