import type { App } from '../../domain/app/app.js';
import type { Trouble } from '../../domain/health/health.js';
import { compareWithLive } from '../staging/compare-with-live.js';
import type { HostSession } from '../types.js';

const most = 20;

/**
 * Files of the active release that are no longer as it brought them, by its own manifest on the host.
 * @throws HostError
 */
export async function changedFiles(
  session: HostSession,
  app: Pick<App, 'path'>,
  signal?: AbortSignal,
): Promise<Trouble[]> {
  const subject = { path: app.path, shared: [], discard: [] };
  const { drifted, driftedCount } = await compareWithLive(session, subject, '', signal);
  const told = drifted.slice(0, most).map(({ path, how }): Trouble => {
    const text = `${app.path}/${path} is ${how === 'gone' ? 'gone' : 'not as it was deployed'}: it was ${how === 'gone' ? 'removed' : 'changed'} on the host by hand`;
    return { key: `file ${path}`, kind: 'drift', text };
  });
  const more = driftedCount - told.length;
  if (more <= 0) return told;
  return [
    ...told,
    { key: 'file', kind: 'drift', text: `and ${more} more files are not as they were deployed` },
  ];
}
