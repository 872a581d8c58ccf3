import type { App } from '../../app/app.js';
import type { Gate } from '../../app/gate.js';
import { externalPages } from '../../app/pages.js';
import type { Facts, NginxFacts } from '../../facts/facts.js';
import { doorsOf, isPlain } from '../gates/names.js';
import { servedPlaces, type ServedPlace } from './places.js';
import { Walk } from '../routing/walk.js';

/** How nginx serves an app that is files alone. */
export interface Served {
  /** `nginx’s root (/etc/nginx/sites-enabled/words:4)` */
  by: string;
  doors: ServedDoor[];
  /** open_file_cache: nginx is reloaded once path leads elsewhere. */
  caches?: true;
  /** What of nginx's ways to the files cannot be asked, or proves nothing, and why; one line each. */
  unproved?: string[];
}

/** Where a file of the release is asked for. */
export interface ServedDoor {
  gate: Gate;
  /** The folder of the release that is served there; nothing for the release itself. */
  folder: string;
  /** What its URL is: `http://words.example.test/`. */
  url: string;
  /** The endings of names whose files nginx serves there as they are; '' for none. */
  endings: string[];
}

const mostDoors = 10;

/** null: nginx serves nothing out of the app's path. */
export function servedBy(facts: Facts, app: App): Served | null {
  const { nginx } = facts;
  if (nginx === null || !nginx.running) return null;
  const places = servedPlaces(nginx, app);
  if (places.length === 0) return null;
  const unproved = new Set<string>();
  const doors = places.flatMap((place) => doorsTo(nginx, app, place, unproved));
  return {
    by: `nginx’s ${places.map(placeText).join(', ')}`,
    doors: doors.slice(0, mostDoors),
    ...(places.some(({ files }) => files.caches === true) ? { caches: true } : {}),
    ...(unproved.size === 0 ? {} : { unproved: [...unproved].slice(0, mostDoors) }),
  };
}

/** `root (/etc/nginx/sites-enabled/words:4)` */
export function placeText({ location, server, files }: ServedPlace): string {
  return `${files.alias === true ? 'alias' : 'root'} (${location?.where ?? server.where})`;
}

function doorsTo(nginx: NginxFacts, app: App, place: ServedPlace, unproved: Set<string>): ServedDoor[] {
  const { server, files, leads } = place;
  if (leads === null) return [];
  const { folder, prefix } = leads;
  const likely = externalPages(app).map(({ at }) => new URL(at).hostname);
  const named = app.site?.split('/')[0];
  const wanted = [...likely, ...(named !== undefined && isPlain(named) ? [named] : [])];
  return doorsOf(nginx.servers, server, wanted).flatMap((door): ServedDoor[] => {
    if ('unasked' in door) {
      unproved.add(door.unasked);
      return [];
    }
    const { gate } = door;
    const endings =
      files.alters === undefined
        ? usualEndings.filter((one) => isServed(nginx, place, gate, `${prefix}belay-0${one}`))
        : [];
    if (endings.length === 0)
      unproved.add(
        `${gate.name} ${prefix} (${place.location?.where ?? server.where}): ${files.alters ?? 'no location'} ${
          files.alters === undefined ? 'gives a file there as it is' : 'makes another text of what is served'
        }`,
      );
    return [{ gate, folder, url: `${originOf(gate)}${prefix}`, endings }];
  });
}

/** Whether the file of that path, if it is there, is what nginx answers with. */
function isServed(nginx: NginxFacts, place: ServedPlace, { name, port, tls }: Gate, path: string): boolean {
  const { server, root } = place;
  const isTheFile = (question: string) => question === `${root} ${path}`;
  const request = { name, path, port, tls };
  const way = new Walk(nginx, server, request, (question) => (isTheFile(question) ? 1 : 0)).run();
  return way.to === 'files' && way.root === root && way.uri === path && way.status === undefined;
}

const usualEndings = [
  ...[
    '.css',
    '.js',
    '.mjs',
    '.json',
    '.txt',
    '.xml',
    '.svg',
    '.png',
    '.jpg',
    '.jpeg',
    '.gif',
    '.webp',
    '.ico',
  ],
  ...['.woff2', '.woff', '.ttf', '.pdf', '.wasm', '.webmanifest', '.map', '.md', '.csv', '.html', '.htm', ''],
];

function originOf({ name, port, tls }: Gate): string {
  const usual = port === (tls ? 443 : 80);
  return `${tls ? 'https' : 'http'}://${name}${usual ? '' : `:${port}`}`;
}

/** The URL of a file of the release at a door; undefined where it is not served there as it is. */
export function urlOf({ url, folder, endings }: ServedDoor, file: string): string | undefined {
  const inside =
    folder === '' ? file : file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : undefined;
  if (inside === undefined || inside.split('/').some((part) => part.startsWith('.'))) return undefined;
  const name = inside.slice(inside.lastIndexOf('/') + 1);
  const ending = name.includes('.') ? name.slice(name.lastIndexOf('.')) : '';
  return endings.includes(ending) ? url + inside.split('/').map(encodeURIComponent).join('/') : undefined;
}
