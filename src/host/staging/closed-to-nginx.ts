import type { App } from '../../domain/app/app.js';
import type { Facts } from '../../domain/facts/facts.js';
import { makeFinding, type Finding } from '../../domain/findings/finding.js';
import type { Served } from '../../domain/nginx/served/served.js';
import { fields } from '../fields.js';
import type { HostSession } from '../types.js';
import { linesOf, scriptFailed } from './answer.js';

interface Staged {
  app: Pick<App, 'path'>;
  release: string;
  facts: Facts;
  served: Served;
}

/**
 * Whether nginx's workers can read what they are to serve of a staged release, tried as whom they run as.
 * @throws HostError
 */
export async function closedToNginx(
  session: HostSession,
  { app, release, facts, served }: Staged,
  signal: AbortSignal,
): Promise<Finding[]> {
  const worker = facts.processes.find(
    ({ command }) => command[0]?.startsWith('nginx: worker process') === true,
  );
  if (worker === undefined || worker.user === 'root' || !facts.system.root) return [];
  const folders = [...new Set(served.doors.map(({ folder }) => folder))];
  const told = fields({ path: app.path, release, user: worker.user });
  const completed = await session.run('nginx-reads', [told, ...folders], { timeoutMs: 60_000, signal });
  if (completed.code !== 0)
    throw scriptFailed(session, 'reading the staged release as nginx does', completed);
  const closed = linesOf(session, 'nginx-reads', completed);
  if (closed.length === 0) return [];
  return [
    makeFinding('files.closed', {
      host: session.alias,
      message: `nginx’s workers run as ${worker.user}, who cannot read what they are to serve of the release: visitors would get 403.`,
      evidence: [`tried as ${worker.user}`, ...closed].join('\n'),
      remedy:
        'Let it be read: modes in the source (`chmod a+r`), of the folder that is there now, whose owner and modes the release has, and of those above it (`chmod o+x`).',
    }),
  ];
}
