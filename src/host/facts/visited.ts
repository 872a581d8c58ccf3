import type { Visited, Visitors } from '../../domain/environment/visited.js';
import { fields } from '../fields.js';
import type { HostSession } from '../types.js';

const timeoutMs = 30_000;
const mostPages = 8;

/** Reads which pages visitors ask for; a log that cannot be read is told. @throws what `session.run` throws */
export async function readVisited(
  session: HostSession,
  { name, place, logs }: Visitors,
  signal?: AbortSignal,
): Promise<Visited> {
  const counts = new Map<string, number>();
  const unread: string[] = [];
  const read = logs.map(async ({ file, status = '', host = '' }) => {
    const asked = fields({ file, status, host, name, place });
    const { stdout } = await session.run('visited', [asked], { timeoutMs, signal });
    for (const [, count, page = ''] of stdout.matchAll(/^page (\d+) (\/\S*)$/gm))
      counts.set(page, (counts.get(page) ?? 0) + Number(count));
    if (/^unreadable$/m.test(stdout)) unread.push(`${file}: it is not there, or may not be read`);
    else if (/^lines 0$/m.test(stdout)) unread.push(`${file}: it holds no line that makes sense`);
  });
  await Promise.all(read);
  const most = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return { pages: most.slice(0, mostPages).map(([page]) => page), unread };
}
