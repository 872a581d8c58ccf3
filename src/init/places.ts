import { appPathOf, byPath, type Environment, type Service } from '../domain/environment/environment.js';
import { isWithin } from '../domain/keepers/touches.js';
import type { SourceView } from './source.js';

/** A folder on the server that an app works in, or could. */
export interface Place {
  /** As belay.yml's `path`. */
  path: string;
  /** The folder of the source, relative to it, that the app works in; empty: the source itself. */
  within: string;
  /** How much of the source's upper two levels lies there under the same names, from 0 to 1. */
  alike: number;
  /** What listens and works there. */
  services: Service[];
  /** Of how many names of the source. */
  names: { found: number; of: number };
}

/** From here on a folder is taken for an older version of the source. */
export const alikeEnough = 0.5;

/** Every place of the server, the likeliest first: what serves through nginx, then what listens, then what lies there. */
export function placesOf(environment: Environment, source: SourceView): Place[] {
  const services = byPath(environment);
  const listed = environment.survey.folders.flatMap(({ folder, entries }) => {
    const path = appPathOf(folder);
    return path === null ? [] : [{ path, names: new Set(entries.map((entry) => entry.path)) }];
  });
  const places = listed.map(({ path, names }) => placeAt(path, names, source));
  for (const path of services.keys())
    if (!listed.some((one) => one.path === path))
      places.push({ path, within: '', alike: 0, names: { found: 0, of: 0 } });
  const best = new Map<string, Place>();
  for (const place of places) {
    const own = [...services].filter(([path]) => isWithin(path, place.path)).flatMap(([, all]) => all);
    const known = best.get(place.path);
    if (known === undefined || place.alike > known.alike) best.set(place.path, { ...place, services: own });
  }
  return [...best.values()].sort(
    (a, b) => rank(b) - rank(a) || b.alike - a.alike || (a.path < b.path ? -1 : 1),
  );
}

/** 2: nginx leads there; 1: something listens; 0: files alone. */
export function rank({ services }: Place): number {
  if (services.some(({ routes }) => routes.length > 0)) return 2;
  return services.length > 0 ? 1 : 0;
}

/** Files that a source has for those who work on it, which servers mostly lack. */
const forPeople =
  /^(?:\..*|belay\.ya?ml|readme.*|license.*|changelog.*|docs?|tests?|makefile|dockerfile|docker-compose.*)$/i;

/** The folder may be that of a part of the source, as `backend` or `public`: then the app's path is above it. */
function placeAt(path: string, names: ReadonlySet<string>, source: SourceView): Omit<Place, 'services'> {
  const name = path.split('/').at(-1) ?? '';
  const whole = likeness(names, source.files);
  const part = likeness(
    names,
    source.files.flatMap((file) => (file.startsWith(`${name}/`) ? [file.slice(name.length + 1)] : [])),
  );
  const above = path.slice(0, -name.length - 1);
  const isPart = part.alike >= alikeEnough && part.alike > whole.alike && appPathOf(above) !== null;
  if (!isPart) return { path, within: '', alike: whole.alike, names: whole.names };
  return { path: above, within: name, alike: part.alike, names: part.names };
}

function likeness(
  names: ReadonlySet<string>,
  files: readonly string[],
): { alike: number; names: Place['names'] } {
  const own = new Set(
    files.flatMap((file) => {
      const [top = '', second, third] = file.split('/');
      if (forPeople.test(top)) return [];
      return second === undefined ? [top] : [`${top}/`, `${top}/${second}${third === undefined ? '' : '/'}`];
    }),
  );
  const found = [...own].filter((name) => names.has(name)).length;
  return { alike: own.size === 0 ? 0 : found / own.size, names: { found, of: own.size } };
}
