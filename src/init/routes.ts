import type { Route } from '../domain/environment/environment.js';

/** As the key `site`: a name that visitors use, with the location where it is not the whole site; null: there is none. */
export function siteOf({ server, location }: Route): string | null {
  const name = visitorsName(server.names);
  if (name === null) return null;
  const whole = location.pattern === '/' || !['', '=', '^~'].includes(location.modifier);
  return whole ? name : `${name}${location.pattern.replace(/(?<=.)\/$/, '')}`;
}

/** A server_name that is a name, not a pattern. */
export function visitorsName(names: readonly string[]): string | null {
  return names.find((name) => /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name)) ?? null;
}

/** Whether a route is of the site that a person named: `words.example.test`, `words.example.test/tools`. */
export function fits(route: Route, site: string | undefined): boolean {
  if (site === undefined) return true;
  const slash = site.indexOf('/');
  const name = slash < 0 ? site : site.slice(0, slash);
  const place = slash < 0 ? '' : site.slice(slash).replace(/\/$/, '');
  return route.server.names.includes(name) && (place === '' || siteOf(route)?.endsWith(place) === true);
}

/** The route to name: one with a name and TLS, of a server's `/`, goes before others. */
export function bestRoute(routes: readonly Route[]): Route | null {
  const points = (route: Route) =>
    (siteOf(route) === null ? 0 : 4) +
    (route.location.pattern === '/' ? 2 : 0) +
    (route.server.listens.some(({ tls }) => tls) ? 1 : 0);
  return [...routes].sort((a, b) => points(b) - points(a))[0] ?? null;
}
