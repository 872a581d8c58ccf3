import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HostError, nothingListens } from '../types.js';

/** What came of asking for a page. */
export interface ProbeResult {
  /** null: no whole answer's head came. */
  status: number | null;
  /** Why there is no status, or why the answer did not end well. */
  error?: string;
  durationMs: number;
  /** The first 2 kB of the body, invalid UTF-8 replaced. */
  bodyStart: string;
  /** Names in lower case; several of one name joined by commas. */
  headers?: Record<string, string>;
  /** The body's beginning, where more than the first words was asked for. */
  body?: string;
  /** Of the whole body, where it was kept whole. */
  sha256?: string;
  /** The body goes on beyond what was kept of it. */
  cut?: boolean;
  /** Where a redirect leads. */
  location?: string;
  /** The error is of a kind that asking again does not mend. */
  lasting?: boolean;
}

/** Why there is no answer, where asking again is of no use. */
export class LastingError extends Error {}

/** The body is read this far, then the connection is closed: an answer without end is an answer all the same. */
const bodyReadBytes = 64 * 1024;
const bodyShownBytes = 2 * 1024;

export interface AnswerOptions {
  /** For the whole exchange. */
  timeoutMs: number;
  /** Ends the exchange early. */
  signal: AbortSignal | undefined;
  /** How much of the body is kept besides its first words. */
  keepBytes: number | undefined;
}

/**
 * Asks by `connect` and reads the answer within a deadline over all of it.
 * @param connect resolves with the answer's head; its signal says when to close
 * @throws HostError that `connect` threw; any other failure is the result's `error`
 */
export async function readAnswer(
  { timeoutMs, signal, keepBytes }: AnswerOptions,
  connect: (aborted: AbortSignal) => Promise<IncomingMessage>,
): Promise<ProbeResult> {
  const started = performance.now();
  const closing = new AbortController();
  let answer: IncomingMessage | undefined;
  const result = (rest: Pick<ProbeResult, 'bodyStart' | 'error' | 'lasting'>): ProbeResult => {
    const location = answer?.headers.location;
    const durationMs = Math.round(performance.now() - started);
    return {
      status: answer?.statusCode ?? null,
      durationMs,
      ...rest,
      ...(answer === undefined ? {} : { headers: headersOf(answer) }),
      ...(keepBytes === undefined ? {} : body.kept()),
      ...(location === undefined ? {} : { location }),
    };
  };
  const body = new BodyStart(Math.max(bodyReadBytes, keepBytes ?? 0));
  const reading = connect(closing.signal).then((head) => {
    answer = head;
    return body.read(head);
  });
  try {
    await within(reading, timeoutMs, signal);
    return result({ bodyStart: body.text() });
  } catch (error) {
    if (error instanceof HostError) throw error;
    const lasting = error instanceof LastingError ? { lasting: true } : {};
    return result({ bodyStart: body.text(), error: plainly(error, timeoutMs), ...lasting });
  } finally {
    closing.abort();
    answer?.destroy();
  }
}

class BodyStart {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private cut = false;

  constructor(private readonly mostBytes: number) {}

  async read(answer: IncomingMessage): Promise<void> {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      const part = chunk.subarray(0, this.mostBytes - this.bytes);
      this.bytes += part.length;
      this.chunks.push(part);
      this.cut = part.length < chunk.length;
      if (this.bytes >= this.mostBytes) {
        this.cut ||= !answer.complete;
        return;
      }
    }
  }

  text(): string {
    return Buffer.concat(this.chunks).subarray(0, bodyShownBytes).toString('utf8');
  }

  kept(): Pick<ProbeResult, 'body' | 'cut' | 'sha256'> {
    const body = Buffer.concat(this.chunks);
    const whole = this.cut ? {} : { sha256: createHash('sha256').update(body).digest('hex') };
    return { body: body.toString('utf8'), cut: this.cut, ...whole };
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  );
}

class TooSlow extends Error {}

function within(work: Promise<void>, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      settle();
    };
    const stop = (): void => end(() => reject(new Error('stopped')));
    const timer = setTimeout(() => end(() => reject(new TooSlow())), timeoutMs);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
    work.then(
      () => end(resolve),
      (error: unknown) => end(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
  });
}

const meanings: Record<string, string> = {
  ECONNREFUSED: nothingListens,
  ECONNRESET: 'the connection was closed before the answer was whole',
  EPIPE: 'the connection was closed before the answer was whole',
  ENOENT: 'the socket does not exist',
  HPE_HEADER_OVERFLOW: 'the answer’s headers are larger than 16 kB',
};

function plainly(error: unknown, timeoutMs: number): string {
  if (error instanceof TooSlow) return `no whole answer within ${timeoutMs} ms`;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code.startsWith('HPE_')) return meanings[code] ?? `no HTTP answer (${message})`;
  return meanings[code] ?? message;
}
