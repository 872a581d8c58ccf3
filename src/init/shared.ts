import type { HostOnlyFile } from '../domain/plan/plan.js';

/** What becomes of the files that only the server has. */
export interface HostOnly {
  /** Data, settings and uploads: they survive every release. */
  shared: string[];
  /** What cannot be told: the plan stops until a person says so. */
  open: string[];
}

const dataNames =
  /^(?:data|database|db|instance|media|uploads?|user[-_]?files|storage|files|attachments|avatars|var|logs?|sessions|backups?|secrets?|private|persist(?:ent)?)$/i;
const dataFiles =
  /\.(?:db3?|sqlite3?(?:-wal|-shm|-journal)?|db-(?:wal|shm|journal)|rdb|mdb|log|key|pem)$|^\.env(?:\.[\w-]+)?$|^(?:local_settings|settings_local|secrets?)\.(?:py|json|ya?ml|toml)$|^config\.local\.\w+$|^\.(?:secret|htpasswd)/i;
/** Made anew by every build or run. */
const products =
  /^(?:dist|build|out|target|coverage|htmlcov|staticfiles|static_root|tmp|temp|\.cache|\.next|\.nuxt|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|.*\.egg-info|nohup\.out|.*\.(?:pid|sock|pyc|bak|old|orig|swp|tmp|rej)|.*~)$/i;

/**
 * Judged by names, as a person would.
 *
 * @param isIgnored whether the source's .gitignore leaves a path out: what git is told to leave alone is mostly data
 */
export function judgeHostOnly(
  files: readonly HostOnlyFile[],
  isIgnored: (path: string) => boolean,
): HostOnly {
  const shared: string[] = [];
  const open: string[] = [];
  for (const { path, fate } of files) {
    if (fate !== 'uncovered') continue;
    const plain = path.replace(/\/$/, '');
    const name = plain.split('/').at(-1) ?? plain;
    const isFolder = path.endsWith('/');
    const isData = isFolder ? dataNames.test(name) : dataFiles.test(name);
    if (isData || (isIgnored(path) && !products.test(name))) shared.push(plain);
    else open.push(path);
  }
  return { shared, open };
}
