import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

/** One page asked for by a visitor. */
export interface Answer {
  /** Milliseconds since the epoch, when it was asked for. */
  asked: number;
  tookMs: number;
  /** HTTP status; null: no answer, and `error` says why. */
  status: number | null;
  error?: string;
  /** X-Words-Version. */
  version?: string;
}

export interface LoadResult {
  answers: Answer[];
  failures: Answer[];
  /** Sum over all outages, each from the first page that failed to the next that did not. */
  outageSeconds: number;
  /** So much too late it asked at worst: a machine that is busy keeps the visitors from asking, and from hearing the answer. */
  lateSeconds: number;
  /** Versions in the order in which they were seen, each time anew when it changed. */
  versions: string[];
}

export interface Load {
  /** What was answered so far. */
  result(): LoadResult;
  /** Ends it, once every page asked for was answered. */
  stop(): Promise<LoadResult>;
}

/**
 * Visitors who ask for one page, each over a connection of its own, at a steady rate whatever becomes of the others.
 * @param options.url https; its name leads to `address`
 * @param options.perSecond 50 unless given
 * @param options.maxSeconds after which no more are asked for; 600 unless given
 */
export function startLoad(options: {
  url: string;
  address: string;
  caFile: string;
  perSecond?: number;
  maxSeconds?: number;
}): Load {
  const { url, address, caFile, perSecond = 50, maxSeconds = 600 } = options;
  const ca = readFileSync(caFile);
  const answers: Answer[] = [];
  const open = new Set<Promise<void>>();
  const stopping = new AbortController();
  let lateMs = 0;

  const run = async () => {
    const start = Date.now();
    for (let n = 0; n < perSecond * maxSeconds && !stopping.signal.aborted; n++) {
      const due = start + (n * 1000) / perSecond;
      if (due > Date.now()) await sleep(due - Date.now());
      lateMs = Math.max(lateMs, Date.now() - due);
      const asking = ask(url, address, ca).then((answer) => void answers.push(answer));
      open.add(asking);
      void asking.then(() => open.delete(asking));
    }
    await Promise.all(open);
  };
  const running = run();
  return {
    result: () => summary(answers, lateMs),
    async stop() {
      stopping.abort();
      await running;
      return summary(answers, lateMs);
    },
  };
}

function ask(url: string, address: string, ca: Buffer): Promise<Answer> {
  const asked = Date.now();
  return new Promise((resolve) => {
    const end = (answer: Pick<Answer, 'status' | 'error' | 'version'>) => {
      resolve({ asked, tookMs: Date.now() - asked, ...answer });
    };
    const asking = request(url, {
      agent: false,
      ca,
      timeout: 10_000,
      lookup: (_name, options, callback) => {
        if (options.all) callback(null, [{ address, family: 4 }]);
        else callback(null, address, 4);
      },
    });
    asking.on('response', (response) => {
      response.resume();
      const version = response.headers['x-words-version'];
      const status = response.statusCode ?? null;
      response.on('end', () => {
        end({ status, ...(typeof version === 'string' ? { version } : {}) });
      });
      response.on('error', (error) => {
        end({ status: null, error: error.message });
      });
    });
    asking.on('timeout', () => asking.destroy(new Error('no answer for 10 s')));
    asking.on('error', (error) => {
      end({ status: null, error: error.message });
    });
    asking.end();
  });
}

/** What a list of answers comes to; they may be in any order. @param lateMs how much too late one was asked for at worst */
export function summary(unsorted: readonly Answer[], lateMs = 0): LoadResult {
  const answers = [...unsorted].sort((a, b) => a.asked - b.asked);
  const versions: string[] = [];
  let outageMs = 0;
  let since: number | undefined;
  for (const answer of answers) {
    if (answer.version !== undefined && answer.version !== versions.at(-1)) versions.push(answer.version);
    if (answer.status !== 200) since ??= answer.asked;
    else if (since !== undefined) {
      outageMs += answer.asked - since;
      since = undefined;
    }
  }
  // An outage that did not end is counted up to the last page asked for.
  if (since !== undefined) outageMs += (answers.at(-1)?.asked ?? since) - since;
  const failures = answers.filter((answer) => answer.status !== 200);
  return { answers, failures, outageSeconds: outageMs / 1000, lateSeconds: lateMs / 1000, versions };
}
