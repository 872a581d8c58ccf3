import type { App } from '../../app/app.js';
import type { Bind } from '../../app/address.js';
import { hasProcess } from '../../app/kind.js';
import { externalPages } from '../../app/pages.js';
import type { Facts } from '../../facts/facts.js';
import { decideBind, type BindDecision } from '../bind/bind.js';
import { frontOf, gatesOf, logsOf } from '../gates/front.js';
import type { Front, GatePage } from '../gates/gates.js';
import { isPlain } from '../gates/names.js';
import { servedFindings } from './findings.js';
import { servedPlaces } from './places.js';
import { servedBy } from './served.js';

/** Where the app listens, or that nginx serves its files; with what is to be said of that. @param host as findings name it */
export function decideServing(facts: Facts, app: App, host: string): BindDecision {
  if (hasProcess(app)) return decideBind(facts, app, host);
  return { bind: null, findings: servedFindings(facts, app, host) };
}

/** nginx before the app, whatever the app is; null: none leads to it. */
export function frontOfApp(facts: Facts, app: App, bind: Bind | null): Front | null {
  if (hasProcess(app)) return frontOf(facts, app, bind);
  const { nginx } = facts;
  const served = servedBy(facts, app);
  if (nginx === null || served === null) return null;
  const places = servedPlaces(nginx, app);
  // The page of a door stands for its files: where it came before, it has to come.
  const asks = served.doors.map(({ url, gate }): GatePage => ({ url, gate, page: '/' }));
  const servers = [...new Set(places.map(({ server }) => server))];
  const names = [
    ...externalPages(app).map(({ at }) => new URL(at).hostname),
    ...servers.flatMap(({ names: own }) => own.find(isPlain) ?? []),
  ];
  return {
    gates: gatesOf(nginx.servers, [...new Set(names)], asks),
    urls: asks.map(({ url }) => url),
    asks,
    ...(served.unproved === undefined ? {} : { unasked: served.unproved }),
    accessLogs: logsOf(nginx, servers, (location) => places.some((place) => place.location === location)),
  };
}
