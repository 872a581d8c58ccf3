import type { NginxBackend, NginxFacts } from '../../src/domain/facts/facts.js';
import { answeringAt } from '../../src/domain/nginx/routing/listening.js';
import type { Way } from '../../src/domain/nginx/routing/request.js';
import { waysOf } from '../../src/domain/nginx/routing/ways.js';
import type { Question } from './real-nginx.js';

/** What belay says of a question: the backend, that there is none, or why it cannot tell. */
export type Said = { ways: Way[]; backends: string[] } | { cannotTell: string };

export function saidOf(nginx: NginxFacts, { name, address, port, path }: Question): Said {
  const exact = answeringAt(nginx.servers, { address, port }, name);
  const everywhere = answeringAt(nginx.servers, { address: '*', port }, name);
  const answering = exact ?? everywhere;
  if (answering === null) return { cannotTell: 'no server' };
  const ways = waysOf(nginx, answering.server, { name, path, port, tls: false }).filter(
    ({ fallback }) => fallback !== true,
  );
  const unknown = ways.find((way) => way.to === 'unknown');
  if (unknown !== undefined) return { cannotTell: unknown.why };
  const all = ways.flatMap((way) =>
    way.to === 'backends'
      ? [
          way.backends
            .filter((one) => one.kind === 'unresolvable' || one.backup !== true)
            .map(addressText)
            .sort(),
        ]
      : [],
  );
  const different = new Set(all.map((backends) => backends.join(', ')));
  if (different.size > 1) return { cannotTell: `several ways: ${[...different].join('; ')}` };
  return { ways, backends: all[0] ?? [] };
}

/** Why what real nginx did is not what belay said; undefined where it is. */
export function differs(
  said: Exclude<Said, { cannotTell: string }>,
  asked: string[],
  status: number,
): string | undefined {
  const told = said.backends.length === 0 ? 'no backend' : said.backends.join(' or ');
  const [hit] = asked;
  if (hit !== undefined)
    return asked.every((one) => said.backends.includes(one))
      ? undefined
      : `belay said ${told}, nginx asked ${asked.join(', ')}`;
  const explained = said.ways.some(
    (way) =>
      (way.to === 'status' && way.status === status) ||
      (way.to === 'files' && status === (way.status ?? 200)) ||
      // A folder without its slash.
      (way.to === 'files' && status === 301),
  );
  return explained
    ? undefined
    : `belay said ${told} (${JSON.stringify(said.ways)}), nginx answered ${status} by itself`;
}

function addressText(backend: NginxBackend): string {
  if (backend.kind === 'tcp') return `${backend.address}:${backend.port}`;
  return backend.kind === 'unix' ? backend.path : backend.text;
}
