import type { App } from '../../app/app.js';
import type { NginxFacts, NginxFiles, NginxLocation, NginxServer } from '../../facts/facts.js';
import { isWithin } from '../../keepers/touches.js';
import { siteParts } from '../bind/candidates.js';
import { reachedServers } from '../routing/listening.js';
import { serversNamed } from '../routing/match.js';

/** Where nginx serves files out of the app's path. */
export interface ServedPlace {
  server: NginxServer;
  /** null: what no location takes. */
  location: NginxLocation | null;
  /** As it stands in nginx's configuration. */
  root: string;
  /** What URLs lead to: `/docs/` to the folder `public/docs` of a release; an empty folder is the release itself. null: no whole folder. */
  leads: { prefix: string; folder: string } | null;
  files: NginxFiles;
}

/** The places where nginx serves files by a root or an alias that leads through the app's path. With `site` those of its servers alone. */
export function servedPlaces(nginx: NginxFacts, { path, site }: Pick<App, 'path' | 'site'>): ServedPlace[] {
  return serversFor(nginx, site).flatMap((server) =>
    rootsOf(server, site).flatMap(({ location, root, files }): ServedPlace[] => {
      const plain = root.replace(/\/+$/, '');
      if (!isWithin(plain, path) || plain.includes('$')) return [];
      const folder = plain.slice(path.length + 1);
      return [{ server, location, root, leads: leadsOf(location, folder, files), files }];
    }),
  );
}

/** The servers that are asked for the site, or all that are asked at all. */
export function serversFor(nginx: NginxFacts, site: string | undefined): NginxServer[] {
  return site === undefined
    ? reachedServers(nginx.servers)
    : serversNamed(nginx.servers, siteParts(site).name);
}

/** Every root and alias that a server serves files from, each with its location. */
export function rootsOf(
  server: NginxServer,
  site?: string,
): { location: NginxLocation | null; root: string; files: NginxFiles }[] {
  const path = site === undefined ? '/' : siteParts(site).path;
  const isAsked = ({ modifier, pattern }: NginxLocation) =>
    path === '/' || modifier.startsWith('~') || pattern.startsWith(path) || path.startsWith(pattern);
  const own = server.locations.flatMap((location) => {
    const { root, modifier, handles } = location;
    if (root === undefined || modifier === '@' || !isAsked(location)) return [];
    return [{ location, root, files: handles?.files ?? {} }];
  });
  const takesAll = server.locations.some(
    ({ modifier, pattern }) => pattern === '/' && (modifier === '' || modifier === '^~'),
  );
  // A rule of the server's own comes before any file.
  const answers = server.rules?.some((rule) => rule.do === 'return') === true;
  return takesAll || answers || server.root === undefined
    ? own
    : [...own, { location: null, root: server.root, files: server.files ?? {} }];
}

/** What follows an alias's location is looked for in it, what follows a root the whole path. */
function leadsOf(
  location: NginxLocation | null,
  folder: string,
  { alias }: NginxFiles,
): ServedPlace['leads'] {
  if (location === null) return { prefix: '/', folder };
  const { modifier, pattern } = location;
  if (modifier !== '' && modifier !== '^~') return null;
  const prefix = pattern.replace(/\/?$/, '/');
  if (alias === true) return prefix === pattern ? { prefix, folder } : null;
  return { prefix, folder: [folder, prefix.slice(1, -1)].filter((part) => part !== '').join('/') };
}
