import type { ChangeInput } from '../../../domain/runbook/activities.js';
import { releaseFolder } from '../../../domain/app/release.js';
import { fields } from '../../../host/fields.js';
import { linesOf, scriptFailed } from '../../../host/staging/answer.js';
import type { HostSession } from '../../../host/types.js';

/** A file of the release as it lies on the host. */
export interface ReleaseFile {
  path: string;
  size: number;
  sha256: string;
  /** The release before has another one, or none, in that place. */
  isNew: boolean;
}

/** Where the app's path leads, and files of the release that nginx may be asked for. */
export interface ReleaseFiles {
  faults: string[];
  files: ReleaseFile[];
}

/**
 * Reads what of the release can be held against what nginx serves.
 * @throws HostError
 */
export async function releaseFiles(
  session: HostSession,
  { app, plan, release }: ChangeInput,
  signal: AbortSignal,
): Promise<ReleaseFiles> {
  const folders = [...new Set((plan.served?.doors ?? []).map(({ folder }) => folder))];
  const previous = plan.previous.kind === 'none' || plan.ejects ? '' : plan.previous.release;
  const told = fields({ path: app.path, release, previous, ejected: plan.ejects ? 'yes' : '' });
  const completed = await session.run('served-files', [told, ...folders], { timeoutMs: 60_000, signal });
  if (completed.code !== 0) throw scriptFailed(session, 'reading the files of the release', completed);
  const [leads = '', ...lines] = linesOf(session, 'served-files', completed);
  const at = leads.replace(/^leads /, '');
  const tree = plan.ejects ? '.' : `${releaseFolder(app.path, release)}/tree`;
  const files = lines.flatMap((line): ReleaseFile[] => {
    const [, state, size, sha256, path] = /^(changed|same) (\d+) ([0-9a-f]{64}) (.+)$/.exec(line) ?? [];
    if (path === undefined || sha256 === undefined) return [];
    return [{ path, size: Number(size), sha256, isNew: state === 'changed' }];
  });
  return { faults: at === tree ? [] : [`expected ${app.path} to lead to ${tree}, it leads to ${at}`], files };
}
