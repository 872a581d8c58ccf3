import { text } from 'node:stream/consumers';
import type { App } from '../domain/app/app.js';
import type { FindingId } from '../domain/findings/catalogue.js';
import { makeFinding, type Finding } from '../domain/findings/finding.js';
import type { ManifestEntry } from '../domain/app/manifest.js';
import type { ArtifactStore } from './store.js';

const shownFiles = 10;

/** Files of the source that hold secrets or data, or that the host's own will stand in for. */
export async function suspiciousFiles(
  artifacts: ArtifactStore,
  entries: readonly ManifestEntry[],
  app: Pick<App, 'shared'>,
  host: string,
): Promise<Finding[]> {
  const files = entries.filter((entry) => entry.mode !== 'link');
  const secret: string[] = [];
  for (const entry of files) if (await holdsSecret(artifacts, entry)) secret.push(entry.path);
  const pointers: string[] = [];
  for (const entry of files) if (await isPointer(artifacts, entry)) pointers.push(entry.path);
  const data = files.filter(({ path }) => /\.(sqlite3?|db)$/i.test(path)).map(({ path }) => path);
  const shared = entries
    .filter(({ path }) =>
      app.shared.some((each) => path === each || path.startsWith(`${each.replace(/\/+$/, '')}/`)),
    )
    .map(({ path }) => path);
  return [
    ...finding('files.secret-in-source', secret, {
      host,
      message: 'The source holds files that look like secrets; they would lie readable in every release.',
      remedy:
        'Leave them out with .gitignore or .belayignore, and keep them on the host: `shared`, or `env_file`, in belay.yml.',
    }),
    ...finding('files.lfs-pointer', pointers, {
      host,
      message:
        'The source holds pointers of Git LFS in the place of files: the app would read those few lines.',
      remedy: 'Fetch the files: `git lfs pull`; what the app does not need, leave out with .belayignore.',
    }),
    ...finding('files.database-in-source', data, {
      host,
      message: 'The source holds databases; each release would begin with the copy from the source.',
      remedy:
        'Leave them out with .belayignore; name the one that lives on the host under `shared` in belay.yml.',
    }),
    ...finding('files.shared-in-source', shared, {
      host,
      message: 'The source holds files under `shared`; where the host has its own, those stand in for them.',
      remedy: 'Nothing, where that is meant; otherwise leave them out with .belayignore.',
    }),
  ];
}

/** By name, and where a name may be innocent (a certificate), by content. */
async function holdsSecret(artifacts: ArtifactStore, entry: ManifestEntry): Promise<boolean> {
  const name = entry.path.slice(entry.path.lastIndexOf('/') + 1).toLowerCase();
  if (/^\.env(\.|$)/.test(name)) return !/\.(example|sample|template|dist|defaults?)$/.test(name);
  if (/^(id_(rsa|dsa|ecdsa|ed25519)|\.pgpass|\.netrc|\.htpasswd|\.git-credentials)$/.test(name)) return true;
  const doubtful = /\.(pem|key|p8)$/.test(name) || /^(\.npmrc|\.pypirc)$/.test(name);
  if (!doubtful || entry.size > 1024 * 1024) return false;
  const content = await text(artifacts.read(entry));
  return /PRIVATE KEY-----|_authToken\s*=|_password\s*=|^\s*password\s*[:=]/m.test(content);
}

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: such a file is of 120 to 140 bytes, as sizes go. */
async function isPointer(artifacts: ArtifactStore, entry: ManifestEntry): Promise<boolean> {
  if (entry.size < 110 || entry.size > 200) return false;
  return (await text(artifacts.read(entry))).startsWith('version https://git-lfs.github.com/spec/v1\noid ');
}

function finding(
  id: FindingId,
  paths: readonly string[],
  said: Pick<Finding, 'host' | 'message' | 'remedy'>,
): Finding[] {
  if (paths.length === 0) return [];
  const more = paths.length - shownFiles;
  const evidence = [...paths.slice(0, shownFiles), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
  return [makeFinding(id, { ...said, evidence })];
}
