import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { reason } from '../error.js';

/** A file that is known before it is fetched. */
export interface Download {
  url: string;
  /** Of the whole file, in hex. */
  sha256: string;
  /** A longer answer is cut there and refused. */
  limitBytes: number;
}

const silenceMs = 30_000;
const wholeMs = 600_000;
const fruitlessAttempts = 3;
const pauseMs = 500;

/**
 * Downloads a file to `part` and checks its digest. What an interrupted connection brought is kept, and gone on from: at
 * once while attempts bring more, else at the next call.
 * @throws where nothing came for 30 s, it takes more than 10 minutes, is longer than its limit, or has another digest;
 *   in the last two cases nothing of it is kept.
 */
export async function download({ url, sha256, limitBytes }: Download, part: string): Promise<void> {
  const type = await fetchWhole({ url, limitBytes }, part);
  const came = await digestOf(part);
  if (came === sha256) return;
  const size = await sizeOf(part);
  await rm(part, { force: true });
  throw new Error(
    `what ${url} answered is not the file that was expected, and is not kept: SHA-256 ${sha256} expected, ${came} came ` +
      `(${size} bytes, ${type})`,
  );
}

type Source = Omit<Download, 'sha256'>;

/** @returns what the server calls it, for an error's text: its word decides nothing. */
async function fetchWhole(source: Source, part: string): Promise<string> {
  const until = Date.now() + wholeMs;
  for (let fruitless = 0; ;) {
    const before = await sizeOf(part);
    try {
      return await fetchRest(source, part, before, until);
    } catch (error) {
      if (error instanceof TooLong) await rm(part, { force: true });
      const kept = await sizeOf(part);
      if (kept === 0) throw error;
      fruitless = kept > before ? 0 : fruitless + 1;
      if (fruitless === fruitlessAttempts || Date.now() > until)
        throw new Error(`${reason(error)}; ${kept} bytes are kept, and the next attempt goes on there`, {
          cause: error,
        });
      await sleep(pauseMs);
    }
  }
}

/** Asks for what `part` does not have yet. @returns the answer's content type */
async function fetchRest(
  { url, limitBytes }: Source,
  part: string,
  from: number,
  until: number,
): Promise<string> {
  const silence = new Silence(url, until);
  try {
    const answer = await fetch(url, {
      signal: silence.signal,
      headers: { 'accept-encoding': 'identity', ...(from > 0 && { range: `bytes=${from}-` }) },
    });
    const type = answer.headers.get('content-type') ?? 'no content-type';
    // It is there whole, or more than that: the digest tells.
    if (answer.status === 416 && from > 0) {
      await answer.body?.cancel();
      return type;
    }
    if (!answer.ok || !answer.body) throw new Error(`${url} answered ${answer.status}`);
    // A server that knows no ranges sends all of it.
    const start = answer.status === 206 && startsAt(answer) === from ? from : 0;
    if (answer.status === 206 && start !== from)
      throw new Error(`${url} answered another range than was asked for`);
    const file = await open(part, start > 0 ? 'a' : 'w', 0o600);
    try {
      let size = start;
      const check = (more: number) => {
        if (size + more > limitBytes) throw new TooLong(url, limitBytes);
      };
      check(Number(answer.headers.get('content-length') ?? 0));
      // One after the other, so that what came before an interruption is in the file.
      for await (const chunk of Readable.fromWeb(answer.body) as AsyncIterable<Buffer>) {
        silence.heard();
        check(chunk.length);
        await file.writeFile(chunk);
        size += chunk.length;
      }
    } finally {
      await file.close();
    }
    return type;
  } finally {
    silence.end();
  }
}

function startsAt(answer: Response): number | undefined {
  const [, start] = /^bytes (\d+)-/.exec(answer.headers.get('content-range') ?? '') ?? [];
  return start === undefined ? undefined : Number(start);
}

class TooLong extends Error {
  constructor(url: string, limitBytes: number) {
    super(
      `${url} answered more than ${limitBytes} bytes, which cannot be what is expected; nothing of it is kept`,
    );
  }
}

/** Aborts a request once nothing came for a while, or the time for all of it is over. */
class Silence {
  private readonly control = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly url: string,
    private readonly until: number,
  ) {
    this.heard();
  }

  get signal(): AbortSignal {
    return this.control.signal;
  }

  heard(): void {
    clearTimeout(this.timer);
    const left = this.until - Date.now();
    const why =
      left < silenceMs
        ? `not done with ${this.url} in ${wholeMs / 60_000} minutes`
        : `nothing came from ${this.url} for ${silenceMs / 1000} s`;
    this.timer = setTimeout(() => this.control.abort(new Error(why)), Math.max(0, Math.min(silenceMs, left)));
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}
