import type { ChangeInput } from '../../../domain/runbook/activities.js';
import { externalPages } from '../../../domain/app/pages.js';
import { urlOf, type ServedDoor } from '../../../domain/nginx/served/served.js';
import { pollUntilGood } from '../../../host/proof/poll.js';
import type { ProbeResult } from '../../../host/proof/probe-answer.js';
import { probeExternal } from '../../../host/proof/probe-external.js';
import { probeNginx } from '../../../host/proof/probe-nginx.js';
import type { HostSession } from '../../../host/types.js';
import type { ReleaseFile } from './release-files.js';

const askMs = 10_000;
/** So many files are tried at one door: a location of one name’s own may answer it in another way. */
const mostTried = 4;

interface Ask {
  where: string;
  url: string;
  file: ReleaseFile;
  ask: () => Promise<ProbeResult>;
}

/** One line for what was proved or could not be; `fault` where something else is served. */
export interface Compared {
  evidence: string;
  fault?: string;
}

/**
 * Asks for a file of the release at every door of nginx on the host, and as a visitor where belay.yml names a page of the same site; what comes
 * has to be that file byte for byte. One that the release before does not have tells the two apart.
 */
export async function byteForByte(
  session: HostSession,
  { app, plan, reach }: ChangeInput,
  files: readonly ReleaseFile[],
  options: { deadlineMs: number; everyMs: number; signal: AbortSignal },
): Promise<Compared[]> {
  const { doors = [], unproved = [] } = plan.served ?? {};
  const { signal } = options;
  const gates = plan.front?.gates ?? doors.map(({ gate }) => gate);
  const asking = ({ size }: ReleaseFile) => ({
    timeoutMs: askMs,
    signal,
    keepBytes: size + 1,
  });
  const atDoors = doors.map((door) =>
    triedAt(door, files).map(([url, file]): Ask => {
      const where = `through nginx at ${door.gate.address}:${door.gate.port}`;
      return {
        where,
        url,
        file,
        ask: () => probeNginx(session, gates, url, { ...asking(file), follow: false, at: door.gate }),
      };
    }),
  );
  const origins = [...new Set(externalPages(app).map(({ at }) => new URL(at).origin))];
  const outside = origins.flatMap((origin) => {
    const door = doors.find(({ gate }) => gate.name === new URL(origin).hostname);
    if (door === undefined) return [];
    const there = { ...door, url: origin + new URL(door.url).pathname };
    return [
      triedAt(there, files).map(([url, file]): Ask => ({
        where: 'as a visitor',
        url,
        file,
        ask: () => probeExternal(url, reach, asking(file)),
      })),
    ];
  });
  const results = await Promise.all(
    [...atDoors, ...outside].filter(({ length }) => length > 0).map((asks) => anyOf(asks, options)),
  );
  const without = doors.filter((_, index) => atDoors[index]?.length === 0);
  return [
    ...results,
    ...without.map(({ url }) => ({
      evidence: `not proved at ${url}: no file of the release is known to be served there as it is`,
    })),
    ...unproved.map((what) => ({ evidence: `through nginx, not asked: ${what}` })),
  ];
}

/** New files alone where there are any, and first such as nothing else answers for: pages come by other names too. */
function triedAt(door: ServedDoor, files: readonly ReleaseFile[]): [string, ReleaseFile][] {
  const found = files.flatMap((file): [string, ReleaseFile][] => {
    const url = file.size === 0 ? undefined : urlOf(door, file.path);
    return url === undefined ? [] : [[url, file]];
  });
  const rank = ({ path }: ReleaseFile) => (/\.html?$/.test(path) ? 1 : 0);
  // What both releases have comes whichever of them is served.
  const telling = found.filter(([, { isNew }]) => isNew);
  return (telling.length > 0 ? telling : found)
    .sort(([, one], [, other]) => rank(one) - rank(other))
    .slice(0, mostTried);
}

/** Of files at one door one has to come as it is; each is asked in turn until one does. */
async function anyOf(
  asks: readonly Ask[],
  { deadlineMs, everyMs, signal }: { deadlineMs: number; everyMs: number; signal: AbortSignal },
): Promise<Compared> {
  let turn = 0;
  let asked = asks[0];
  const next = async (): Promise<ProbeResult> => {
    asked = asks[turn++ % asks.length];
    return asked === undefined ? nothing : asked.ask();
  };
  const isIt = ({ status, sha256, error }: ProbeResult) =>
    status === 200 && error === undefined && sha256 === asked?.file.sha256;
  const { ok, last } = await pollUntilGood(next, { deadlineMs, everyMs, good: 1, isGood: isIt, signal });
  if (asked === undefined) return { evidence: 'not proved: nothing could be asked' };
  const { where, url, file } = asked;
  const digest = file.sha256.slice(0, 12);
  if (ok) {
    const told = file.isNew
      ? ''
      : '; the release before has the same file, so that this does not tell the two apart';
    return {
      evidence: `${where}: GET ${url} → byte for byte the release’s (sha256 ${digest}, ${file.size} bytes)${told}`,
    };
  }
  const came =
    last.status === null
      ? `no answer (${last.error ?? ''})`
      : `${last.status}, sha256 ${last.sha256?.slice(0, 12) ?? 'of more than that'}`;
  return {
    evidence: '',
    fault: `${where}: GET ${url} was expected to be the release’s ${file.path}, byte for byte (sha256 ${digest}, ${file.size} bytes); it is ${came}`,
  };
}

const nothing: ProbeResult = { status: null, durationMs: 0, bodyStart: '' };
