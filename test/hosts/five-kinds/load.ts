import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

interface Answer {
  at: number;
  what: string;
  /** null: no answer. */
  status: number | null;
  text: string;
}

export interface LoadResult {
  answers: Answer[];
  /** What was posted and answered as stored. */
  stored: string[];
  /** Seconds in which a page failed, from the first failure of some page to the next good answer of each that failed. */
  outage: number;
}

const pages = ['/', '/shop'];

/**
 * Visitors of a site over plain HTTP at a steady rate, whatever becomes of the others: every third request posts a mark of its own.
 * @returns what ends it, once every request was answered
 */
export function startLoad(
  { address, name }: { address: string; name: string },
  perSecond = 50,
): () => Promise<LoadResult> {
  const agent = new Agent({ keepAlive: false });
  const answers: Answer[] = [];
  const stored: string[] = [];
  const open = new Set<Promise<void>>();
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    const start = Date.now();
    for (let n = 0; !stopping.signal.aborted; n++) {
      const due = start + (n * 1000) / perSecond;
      if (due > Date.now()) await sleep(due - Date.now());
      const mark = `${name}-${start}-${n}`;
      const path = n % 3 === 0 ? `/add?${mark}` : (pages[n % 2] ?? '/');
      const asking = ask({ agent, address, name, path }).then((answer) => {
        answers.push(answer);
        if (n % 3 === 0 && answer.status === 200 && answer.text === `stored ${mark}`) stored.push(mark);
      });
      open.add(asking);
      void asking.then(() => open.delete(asking));
    }
    await Promise.all(open);
  };
  const running = run();
  return async () => {
    stopping.abort();
    await running;
    return { answers, stored, outage: outageOf(answers) };
  };
}

function ask(of: { agent: Agent; address: string; name: string; path: string }): Promise<Answer> {
  const { agent, address, name, path } = of;
  const isPost = path.startsWith('/add');
  const visit = { at: Date.now(), what: isPost ? '/add' : path };
  return new Promise((resolve) => {
    const headers = { host: `${name}.example.test` };
    const asking = request({
      agent,
      host: address,
      path,
      headers,
      method: isPost ? 'POST' : 'GET',
      timeout: 15_000,
    });
    const fails = (error: Error) => {
      resolve({ ...visit, status: null, text: error.message });
    };
    asking.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('error', fails).on('end', () => {
        resolve({ ...visit, status: response.statusCode ?? null, text });
      });
    });
    asking.on('timeout', () => asking.destroy(new Error('no answer for 15 s')));
    asking.on('error', fails).end();
  });
}

/** In seconds; pages alone, for that is what belay may ask. */
function outageOf(answers: readonly Answer[]): number {
  const spans = pages.flatMap((page) => {
    const own = answers.filter(({ what }) => what === page).sort((a, b) => a.at - b.at);
    return own.flatMap(({ at, status }, index) => {
      const next = own[index + 1]?.at ?? at;
      return status === 200 ? [] : [{ from: at, to: next }];
    });
  });
  let ms = 0;
  let until = 0;
  for (const { from, to } of spans.sort((a, b) => a.from - b.from)) {
    ms += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return ms / 1000;
}
