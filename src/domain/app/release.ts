/**
 * A release's name: UTC time to the second and the first 8 hex digits of its manifest's digest,
 * `20261124T101500Z-1f0c9a2b`. Sorts by time.
 */
export function releaseName(when: Date, manifestDigest: string): string {
  const time = when
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, 'Z');
  return `${time}-${manifestDigest.slice(0, 8)}`;
}

/**
 * The name under which the first deployment keeps the directory it found: the time of the release that takes its place,
 * so that it is the same in every plan of that deployment.
 */
export function adoptedName(release: string): string {
  return `${release.slice(0, release.indexOf('-'))}-adopted`;
}

/** Whether a release is a directory that the first deployment found: belay has not started it before. */
export function isAdopted(release: string): boolean {
  return release.endsWith('-adopted');
}

/** `<path>.belay`: everything of belay's on a host, beside the app. */
export function belayFolder(path: string): string {
  return `${path}.belay`;
}

/** The folder of a release; its `tree/` is what the app's path leads to. */
export function releaseFolder(path: string, release: string): string {
  return `${belayFolder(path)}/releases/${release}`;
}

/** The pm2 entry that keeps an app running. */
export function entryName(app: { name: string; environment: string }): string {
  return app.environment === 'production' ? `belay-${app.name}` : `belay-${app.name}-${app.environment}`;
}

/** The systemd unit that keeps an app running. */
export function unitName(app: { name: string; environment: string }): string {
  return `${entryName(app)}.service`;
}

/** The systemd unit of the dead man's switch, as armed.sh names it. */
export function switchName(app: { name: string; environment: string }): string {
  return unitName(app).replace(/\.service$/, '-deadman.service');
}

/** What serves in a detour, as its keeper is told; no app's and no environment's name has a dot. */
export function spareName(app: { name: string; environment: string }): string {
  return `${entryName(app)}.detour`;
}

/** The transient systemd unit that serves in a detour. */
export function spareUnit(app: { name: string; environment: string }): string {
  return `${spareName(app)}.service`;
}

/** The unit that would put nginx's files back at a boot, while nginx leads elsewhere; as lib/detour.sh names it. */
export function leadBackUnit(app: { name: string; environment: string }): string {
  return spareUnit(app).replace(/\.service$/, '-back.service');
}

/** What a host says of a release (`release.json`). Outlives Temporal's retention. */
export interface ReleaseRecord {
  release: string;
  digest?: string;
  commit?: string;
  dirty?: boolean;
  /** ISO 8601, the host's clock. */
  when: string;
  by: string;
  deployment: string;
  outcome: 'staged' | 'active' | 'previous' | 'failed' | 'adopted';
}

/** A release as a host has it. */
export interface KeptRelease {
  release: string;
  /** `failed`: kept apart, and none to go back to. `staged`: of a deployment that is under way, or was cut off. */
  state: 'active' | 'kept' | 'adopted' | 'failed' | 'staged';
  /** Whether it served before the active one: what `belay rollback` goes back to. */
  previous: boolean;
  /** ISO 8601, the host's clock; empty where the host does not say. */
  when: string;
  by: string | null;
  deployment: string | null;
  digest: string | null;
  /** Of the source it was packed from. */
  commit: string | null;
  dirty: boolean | null;
  /** null: not counted, there are very many files. */
  bytes: number | null;
  /** Its folder on the host. */
  folder: string;
}

/**
 * What `belay rollback` without a name goes back to: the one that served before the active one.
 * @param known.replaced what the active one itself says that it replaced: by their times alone, an adopted directory is
 *   younger than what replaced it
 */
export function releaseBefore<Known extends { release: string; outcome: string; when: string }>(
  releases: readonly Known[],
  { active, replaced }: { active?: string; replaced?: string },
): Known | undefined {
  const candidates = releases.filter((one) => one.release !== active && canServe(one));
  const [newest] = candidates.sort((a, b) => (a.when < b.when ? 1 : -1));
  return candidates.find(({ release }) => release === replaced) ?? newest;
}

/** Whether a release is one to go back to: one that failed, or never served, is not. */
export function canServe({ outcome }: { outcome: string }): boolean {
  return outcome !== 'failed' && outcome !== 'staged';
}
