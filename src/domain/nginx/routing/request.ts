import type { NginxBackend, NginxLocation, NginxPass, NginxRule, NginxServer } from '../../facts/facts.js';
import type { Known } from './values.js';

/** What is asked of nginx: a GET of one name, at one place. */
export interface Request {
  name: string;
  /** With its query; null: any that nginx takes here. */
  path: string | null;
  port: number;
  tls: boolean;
}

/** What may come of a request. */
export type Way =
  | {
      to: 'backends';
      backends: NginxBackend[];
      pass: Pick<NginxPass, 'by' | 'text' | 'where'>;
      /** The location that hands on. */
      location: NginxLocation;
      /** As the backend sees it, with its query; null: not known. */
      path: string | null;
      /** Where it is an error’s page, which leaves the status as it was. */
      status?: number;
      /** Only where what is asked first does not answer. */
      fallback?: true;
    }
  /** `uri`: the path within the root, null where that is not known. `status`: where it is an error’s page. */
  | { to: 'files'; root: string; uri: string | null; status?: number; fallback?: true }
  | { to: 'status'; status: number; location?: string; fallback?: true }
  /** What the configuration does not tell. */
  | { to: 'unknown'; why: string; fallback?: true };

/** A request on its way, as rules change it. */
export interface UnderWay {
  readonly request: Request;
  readonly known: Known;
  /** null: any. */
  uri: string | null;
  args: string | null;
  /** Only redirects within nginx come to `internal` locations. */
  isInternal: boolean;
  /** `rewrite … break`: the path of proxy_pass does not take the location's place any more. */
  isInPlace: boolean;
}

/** A path without its escapes and with single slashes, as locations are compared with. */
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path).replace(/\/{2,}/g, '/');
  } catch {
    return path;
  }
}

/** The variables that a server's rules set: they have no value until then. */
export function namesSetBy({ rules = [], locations }: NginxServer): string[] {
  const names = (list: readonly NginxRule[]): string[] =>
    list.flatMap((rule) => (rule.do === 'set' ? [rule.name] : rule.do === 'if' ? names(rule.rules) : []));
  return [...names(rules), ...locations.flatMap(({ handles }) => names(handles?.rules ?? []))];
}
