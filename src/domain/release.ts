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
