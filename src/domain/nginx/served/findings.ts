import type { App } from '../../app/app.js';
import type { Facts, NginxFacts } from '../../facts/facts.js';
import type { Finding } from '../../findings/finding.js';
import { finder, type Finder } from '../../findings/finder.js';
import { listenersOfFolder } from '../bind/own-listeners.js';
import { describe } from '../bind/candidate-text.js';
import { candidatesOf } from '../bind/candidates.js';
import { nginxFindings } from '../site/configuration.js';
import { newerText } from '../site/newer-text.js';
import { rootsOf, servedPlaces, serversFor, type ServedPlace } from './places.js';
import { placeText } from './served.js';

/** Whether nginx serves the app's files in a way that a link can lead to new ones. @param host as findings name it */
export function servedFindings(facts: Facts, app: App, host: string): Finding[] {
  const find = finder(host);
  const { nginx } = facts;
  runs(facts, app, find);
  const unknown = whyUnknown(nginx);
  if (nginx === null || unknown !== undefined) {
    find.report(
      'nginx.files-unknown',
      `Whether nginx serves the files of ${app.path} cannot be told: ${unknown ?? 'there is no nginx'}.`,
      unknown ?? 'no nginx on the host',
      'Let nginx run, with a configuration that `nginx -t` accepts and that root alone can change; let belay act as root by `sudo -n`.',
    );
    return find.found;
  }
  const places = servedPlaces(nginx, app);
  const [first] = places;
  nginxFindings(
    nginx,
    app,
    first === undefined ? null : { server: first.server, where: first.location?.where ?? first.server.where },
    find,
  );
  if (first === undefined) notServed(nginx, facts, app, find);
  refusesLinks(places, app, find);
  caches(nginx, places, find);
  return find.found;
}

function whyUnknown(nginx: NginxFacts | null): string | undefined {
  if (nginx === null) return undefined;
  const { strange, error, incomplete, running } = nginx;
  if (strange !== undefined) return `others than root can change what nginx reads or runs (${strange})`;
  if (error !== undefined) return `nginx cannot read its own configuration (${error})`;
  if (incomplete !== undefined) return `nginx’s configuration is longer than belay reads (${incomplete})`;
  return running ? undefined : 'nginx does not run';
}

/** Something listens out of the folder: it would go on with the old files. */
function runs(facts: Facts, app: App, find: Finder): void {
  const pids = new Set(listenersOfFolder(facts, app).flatMap((listener) => listener.pids));
  const found = facts.processes.filter(({ pid }) => pids.has(pid));
  if (found.length === 0) return;
  find.report(
    'app.process.runs',
    `belay.yml says that ${app.name} is files alone, and a process that works in ${app.path} listens: it would go on with the old files.`,
    found
      .slice(0, 20)
      .map(({ pid, user, command }) => `pid ${pid} of ${user}: ${command.join(' ').slice(0, 300)}`)
      .join('\n'),
    'Where it answers visitors, leave `kind` out of belay.yml and give `run` or a keeper; else let it work in a folder of its own.',
  );
}

function notServed(nginx: NginxFacts, facts: Facts, app: App, find: Finder): void {
  const roots = serversFor(nginx, app.site).flatMap((server) =>
    rootsOf(server).map(
      ({ root, location, files }) =>
        `${location?.where ?? server.where}: ${server.names[0] ?? 'a server without a name'}, ${files.alias === true ? 'alias' : 'root'} ${root}`,
    ),
  );
  const passes = candidatesOf(nginx, app.site, facts).map(describe);
  const why =
    roots.length > 0
      ? 'each root and alias leads elsewhere'
      : passes.length > 0
        ? 'it hands requests on to an app'
        : 'it serves no files';
  find.report(
    'nginx.no-files',
    `nginx serves nothing out of ${app.path}${app.site === undefined ? '' : ` for ${app.site}`}: ${why}.`,
    [...roots, ...passes].slice(0, 30).join('\n') || 'no server that anybody is led to',
    `Let nginx’s \`root\` or \`alias\` name ${app.path} itself, or a folder in it such as ${app.path}/public, as that stands in belay.yml and through no other link; ` +
      'or correct `path` or `site`. Where a process answers there, leave `kind` out of belay.yml and give `run` or a keeper.',
  );
}

function refusesLinks(places: readonly ServedPlace[], app: App, find: Finder): void {
  const refusing = places.filter(({ files: { refusesLinks: said } }) => {
    const isBelowAlone = said?.includes('from=$document_root') === true && app.shared.length === 0;
    return said !== undefined && !isBelowAlone;
  });
  if (refusing.length === 0) return;
  find.report(
    'nginx.refuses-links',
    `nginx is told to refuse what lies behind a link, and ${app.path} becomes one: visitors would get 403.`,
    refusing
      .map((place) => `${placeText(place)}: disable_symlinks ${place.files.refusesLinks ?? ''}`)
      .join('\n'),
    'Take `disable_symlinks` out there; or write `disable_symlinks on from=$document_root;`, which looks at links below the root alone.',
  );
}

function caches(nginx: NginxFacts, places: readonly ServedPlace[], find: Finder): void {
  const caching = places.filter(({ files }) => files.caches === true);
  if (caching.length === 0) return;
  const at = caching.map(placeText).join('\n');
  const why = nginx.changedSinceLoad
    ? `${newerText(nginx)} newer than what nginx has loaded, and a reload would publish that`
    : nginx.masters !== undefined
      ? `${nginx.masters} nginx run on the host`
      : undefined;
  if (why === undefined) {
    find.report(
      'nginx.caches-files',
      'nginx keeps files open (open_file_cache) and would serve the old ones on: it is reloaded once the path leads to the new ones.',
      at,
      'Nothing; until then, for less than a second, some visitors get a new page and some an old one.',
    );
    return;
  }
  find.report(
    'nginx.cannot-reload',
    `nginx keeps files open (open_file_cache) and would serve the old ones on; it cannot be reloaded for that: ${why}.`,
    at,
    'Load the new configuration first (`nginx -t && nginx -s reload`), let one nginx run; or take `open_file_cache` out there.',
  );
}
