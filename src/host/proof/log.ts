import { redact } from '../../domain/secrets/text.js';
import { fields } from '../fields.js';
import type { LogPlace } from '../keepers/manager.js';
import type { HostSession } from '../types.js';

/** The end of what a release wrote since this deployment started it, without what looks like a secret. */
export interface Log {
  lines: string[];
  /** Why there are none. */
  unreadable?: string;
}

const mostLines = 200;

/**
 * Reads a release's log; a log that cannot be read is reported, not thrown.
 * @param path the app's
 * @param begin a file within belay's own folder for it that was written when the start began, as the start's own entry in
 *   the journal
 * @throws HostError ConnectionLost
 */
export async function readLog(
  session: HostSession,
  place: LogPlace,
  { path, begin }: { path: string; begin: string },
  signal?: AbortSignal,
): Promise<Log> {
  if (place.kind === 'none') return { lines: [], unreadable: place.why };
  const [what, from] = place.kind === 'journal' ? [place.unit, begin] : [place.file, place.from];
  const options = { timeoutMs: 20_000, signal };
  const asked = fields({ path, kind: place.kind, what, from, lines: mostLines });
  const { code, stdout, stderr } = await session.run('log', [asked], options);
  if (code !== 0) return { lines: [], unreadable: stderr.trim().slice(-200) || `exit status ${code}` };
  return {
    lines: redact(stdout)
      .split('\n')
      .filter((line) => line.trim() !== ''),
  };
}

/** When an op of a deployment began, as its entry in the host's journal has it. */
export function beginOf(path: string, number: number, op: string): { path: string; begin: string } {
  return { path, begin: `journal/${number}/${op}/begin` };
}

// Python; Node and others.
const exception =
  /^(?:\w+\.)*\w*(?:Error|Exception|Exit)\b.*|^Traceback \(most recent call last\)|\b(?:Uncaught|Unhandled|FATAL|Fatal)\b|\bpanic: /;

/** The lines that tell of an exception: where a traceback names its error, and its beginning. */
export function exceptions(lines: readonly string[]): string[] {
  return lines.filter((line) => exception.test(line));
}

const mostQuoted = 12;

/**
 * The lines that tell a person most, `limit` at most: from the last traceback on, else the last ones. Of a long
 * traceback the beginning and the end.
 */
export function quoteLog({ lines, unreadable }: Log, limit = mostQuoted): string {
  if (unreadable !== undefined) return `(its log cannot be read: ${unreadable})`;
  if (lines.length === 0) return '(its log is empty)';
  const telling = lastTraceback(lines) ?? lines.slice(-limit);
  const shown =
    telling.length > limit ? [...telling.slice(0, 1), '  …', ...telling.slice(2 - limit)] : telling;
  return shown.map((line) => `  | ${line}`).join('\n');
}

/**
 * The last traceback that is whole and the app's own: a server that ends because its workers could not start writes one
 * of its own after it, which says nothing.
 */
function lastTraceback(lines: readonly string[]): string[] | undefined {
  const whole = lines.flatMap((line, begin) => {
    if (!line.startsWith('Traceback (most recent call last)')) return [];
    const length = lines.slice(begin + 1).findIndex((one) => /^\S/.test(one));
    // Of one that is being written, the line that names the error is still missing.
    return length < 0 ? [] : [lines.slice(begin, begin + length + 2)];
  });
  return whole.findLast((traceback) => !serversOwn.test(traceback.at(-1) ?? '')) ?? whole.at(-1);
}

/** How gunicorn, uvicorn and others end once their workers did. */
const serversOwn = /\bHaltServer\b|^SystemExit\b|^KeyboardInterrupt\b|\bCancelledError\b/;

/** What there is to say of a log whose release serves; one line, unless it tells of an exception. */
export function logEvidence(whose: string, log: Log): string {
  if (log.unreadable !== undefined) return `log of ${whose}: cannot be read (${log.unreadable})`;
  if (exceptions(log.lines).length === 0) return `log of ${whose}: ${log.lines.length} lines, no exception`;
  return `log of ${whose}: the pages answer, but it tells of an exception:\n${quoteLog(log, 8)}`;
}
