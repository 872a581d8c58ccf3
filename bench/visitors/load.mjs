// Visitors at a steady rate, a quarter each: over TLS and not, over connections that are kept and not. Of ten requests three are
// POSTs and two are for what the open page asks for.
import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 30_000;

/**
 * @param address the server's
 * @param host the site
 * @returns `stop`, which gives each answer once all are there: `kind`, `status` (null: none, and `error`), `version`, `tookMs`, `again`
 */
export function visitors(address, host, perSecond = 200) {
  const agents = {
    http: new http.Agent({ keepAlive: true, maxSockets: 32 }),
    https: new https.Agent({ keepAlive: true, maxSockets: 32 }),
  };
  const answers = [];
  const open = new Set();
  let isStopping = false;
  const running = (async () => {
    const began = performance.now();
    for (let n = 0; !isStopping; n += 1) {
      const due = began + (n * 1000) / perSecond;
      if (due > performance.now()) await sleep(due - performance.now());
      const asking = ask({ address, host, agents, n }).then((answer) => answers.push(answer));
      open.add(asking);
      asking.then(() => open.delete(asking));
    }
    await Promise.all(open);
    for (const agent of Object.values(agents)) agent.destroy();
  })();
  return {
    answers,
    async stop() {
      isStopping = true;
      await running;
      return answers;
    },
  };
}

/** As browsers do, who finds a kept connection closed before an answer began asks again over a new one. */
function ask({ address, host, agents, n }, again = false) {
  const scheme = n % 2 === 0 ? 'http' : 'https';
  const isKept = n % 4 < 2;
  const isPost = n % 10 < 3;
  const path = n % 10 > 7 ? `/assets/${n % 10}.js` : '/';
  const began = performance.now();
  return new Promise((resolve) => {
    const ended = (more) =>
      resolve({
        kind: `${scheme}${isKept ? ', kept' : ''}`,
        tookMs: performance.now() - began,
        again,
        ...more,
      });
    const request = (scheme === 'http' ? http : https).request({
      host: address,
      servername: host,
      rejectUnauthorized: false,
      path,
      method: isPost ? 'POST' : 'GET',
      agent: isKept && !again ? agents[scheme] : false,
      timeout: patienceMs,
      headers: { host, ...(isPost ? { 'content-length': 13 } : {}) },
    });
    request.on('timeout', () => request.destroy(new Error('no answer for 30 s')));
    request.on('error', (error) => {
      if (isKept && !again && error.code === 'ECONNRESET') resolve(ask({ address, host, agents, n }, true));
      else ended({ status: null, error: error.message });
    });
    request.on('response', (response) => {
      const version = response.headers['x-version'];
      response.resume();
      response.on('end', () => ended({ status: response.statusCode, version }));
      response.on('error', (error) => ended({ status: null, error: error.message, version }));
    });
    request.end(isPost ? 'one two three' : undefined);
  });
}

/**
 * @param faulty a release of which every answer is its own
 * @returns how many failed, of how many, and the time in which 99 of 100 were answered; by kind as well
 */
export function tell(answers, faulty) {
  const failed = answers.filter(
    ({ status, version }) =>
      status !== 200 && !(status !== null && faulty !== undefined && version === faulty),
  );
  const own = answers.filter(
    ({ status, version }) => status !== 200 && version === faulty && faulty !== undefined,
  );
  const took = answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return {
    requests: answers.length,
    failed: failed.length,
    own: own.length,
    again: answers.filter(({ again }) => again).length,
    p99Ms: took[Math.floor(took.length * 0.99)] ?? 0,
    byKind: counted(failed.map(({ kind }) => kind)),
    why: counted(failed.map(({ status, error }) => String(status ?? error))),
    versions: [...new Set(answers.flatMap(({ version }) => version ?? []))],
  };
}

function counted(texts) {
  const counts = {};
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}
