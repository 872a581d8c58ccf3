import {
  routeText,
  siteText,
  type Environment,
  type Route,
  type Service,
} from '../domain/environment/environment.js';
import { filesOf } from '../domain/nginx/site/files.js';
import { listenerText } from '../domain/keepers/process-groups.js';
import { isWithin, namesPort } from '../domain/keepers/touches.js';
import { chooseRun, commandOf } from './commands.js';
import { whoText, type Decision, type Question, type Said } from './decision.js';
import type { Framework } from './framework.js';
import { alikeEnough, placesOf, rank, type Place } from './places.js';
import { bestRoute, fits, siteOf } from './routes.js';
import { filesAlone, settleFiles } from './files-alone.js';
import { settle } from './settings.js';
import type { SourceView } from './source.js';

type Asked = { question: Question };

/**
 * Puts together what is found here and on the server; asks where two answers are possible. Pure: call it again with
 * the answer.
 *
 * @param name as which a new app would be known
 */
export function decide(
  environment: Environment,
  source: SourceView,
  framework: Framework,
  said: Said,
  name: string,
): Decision {
  const chosen = choosePlace(environment, source, said, name);
  if ('question' in chosen) return chosen;
  const { place, from } = chosen;
  const found = chooseService(place, said);
  if ('question' in found) return found;
  const { service } = found;
  const way = service === null ? chooseSilent(environment, place, said) : routeTo(service, said);
  if ('question' in way) return way;
  const path = { value: place.path, from };
  const files = service === null && way.route === null && said.run === undefined;
  const server = files ? filesAlone(environment, place, framework) : null;
  if (server !== null) return { decided: settleFiles(path, server) };
  const run = chooseRun(environment, place, service, framework, said);
  if ('question' in run) return run;
  const { route } = way;
  return { decided: settle(environment, { path, service, route, run: run.run }, said) };
}

function choosePlace(
  environment: Environment,
  source: SourceView,
  said: Said,
  name: string,
): { place: Place; from: string } | Asked {
  const places = placesOf(environment, source);
  if (said.path !== undefined) {
    const known = places.find(({ path }) => path === said.path);
    const place = known ?? {
      path: said.path,
      within: '',
      alike: 0,
      services: [],
      names: { found: 0, of: 0 },
    };
    return { place, from: 'as you said' };
  }
  const found = places.filter((place) => place.alike >= alikeEnough);
  // Where a person named the site, what nginx leads to from there.
  const led = said.site === undefined ? [] : found.filter((place) => isLedTo(place, said.site));
  const alike = led.length > 0 ? led : found;
  // What serves goes before copies that merely lie there.
  const likeliest = alike.filter((place) => rank(place) === Math.max(...alike.map(rank)));
  const [first, ...others] = likeliest;
  if (first !== undefined && others.length === 0) return { place: first, from: placeText(first) };
  if (first !== undefined) {
    const text = 'several folders on the server look like this source: which one is the app’s?';
    return { question: { about: 'path', text, choices: likeliest.map(placeChoice) } };
  }
  return {
    question: {
      about: 'path',
      text: 'no folder on the server looks like this source: where does the app live, or where shall it?',
      choices: places.filter(({ services }) => services.length > 0).map(placeChoice),
      otherwise: `/srv/${name}`,
    },
  };
}

function isLedTo({ services }: Place, site: string | undefined): boolean {
  return services.some(({ routes }) => routes.some((route) => fits(route, site)));
}

function placeChoice(place: Place): Question['choices'][number] {
  return { value: place.path, why: placeText(place) };
}

function placeText({ services, names }: Place): string {
  const service = services.find(({ routes }) => routes.length > 0) ?? services[0];
  const works = service === undefined ? '' : `${whoText(service)} works there`;
  const files = names.of === 0 ? '' : `${names.found} of this source’s ${names.of} upper names lie there`;
  return [works, files].filter((text) => text !== '').join('; ');
}

/** The service that visitors reach; null where nothing of the app listens. */
function chooseService({ services }: Place, said: Said): { service: Service | null } | Asked {
  const routes = services.flatMap((service) => service.routes);
  const routed = services.filter((service) => service.routes.some((route) => fits(route, said.site)));
  if (said.site !== undefined && routes.length > 0 && routed.length === 0) {
    const text = `nginx leads to what works there, but not from ${said.site}: which site is the app’s?`;
    return { question: { about: 'site', text, choices: routes.map(siteChoice) } };
  }
  const found = routed.length > 0 ? routed : services;
  const [first, ...others] = found;
  if (first === undefined || others.length === 0) return { service: first ?? null };
  if (routed.length > 0) {
    const text = 'nginx leads to several servers that work there: which site is the app’s?';
    const choices = routed.flatMap((service) => service.routes.slice(0, 1).map(siteChoice));
    return { question: { about: 'site', text, choices } };
  }
  const commands = found.map((service) => ({ service, run: commandOf(service) }));
  const meant = commands.filter(({ run }) => run !== null && run === said.run);
  if (meant[0] !== undefined) return { service: meant[0].service };
  return {
    question: {
      about: 'run',
      text: 'several servers work there, and nginx leads to none of them: which command starts the app?',
      choices: commands.flatMap(({ service, run }) =>
        run === null
          ? []
          : [{ value: run, why: `listens on ${service.listeners.map(listenerText).join(', ')}` }],
      ),
    },
  };
}

/**
 * Where nothing listens: the way that nginx keeps open for the app. It is the app's where a person says so, where it
 * leads to a socket in its folder, or to what a unit that is down would run there, or where it is a whole site and the
 * only one that nobody answers for.
 */
function chooseSilent(
  { survey, silent }: Environment,
  { path }: Place,
  said: Said,
): { route: Route | null } | Asked {
  const named = said.site === undefined ? [] : silent.filter((route) => fits(route, said.site));
  const units = survey.units.filter(({ workingDirectory }) => isWithin(workingDirectory, path));
  const own = silent.filter(({ backend }) =>
    backend.kind === 'unix'
      ? isWithin(backend.path, path)
      : backend.kind === 'tcp' && units.some(({ execStart }) => namesPort(execStart, backend.port)),
  );
  const whole = silent.filter(({ location }) => location.pattern === '/');
  const served = filesOf(survey.nginx, path) !== null;
  const ways = [named, own, served ? [] : whole].find((routes) => routes.length > 0) ?? [];
  if (new Set(ways.map(({ backend }) => JSON.stringify(backend))).size <= 1)
    return { route: bestRoute(ways) };
  const text = 'nginx leads to several addresses on which nobody listens: which site is the app’s?';
  return { question: { about: 'site', text, choices: ways.map(siteChoice) } };
}

function routeTo({ routes }: Service, said: Said): { route: Route | null } {
  return { route: bestRoute(routes.filter((route) => fits(route, said.site))) };
}

function siteChoice(route: Route): Question['choices'][number] {
  return { value: siteOf(route) ?? siteText(route), why: routeText(route) };
}
