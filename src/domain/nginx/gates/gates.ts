import type { Gate } from '../../app/gate.js';

/** nginx before the app, as its configuration has it: where it takes requests for the app, and where it logs them. */
export interface Front {
  /** Where nginx on the host itself is asked for a site. */
  gates: Gate[];
  /** URLs that belay.yml does not name, but that lead to its internal paths. */
  urls: string[];
  /** What is asked at each gate; absent in what an earlier belay planned. */
  asks?: GatePage[];
  /** What of nginx's ways to the app cannot be asked from the host, and why; one line each. */
  unasked?: string[];
  /** Files in which nginx logs what visitors ask of the app. */
  accessLogs: AccessLog[];
}

/** A page asked of nginx at one gate, which nginx hands to the app. */
export interface GatePage {
  url: string;
  gate: Gate;
  /** The internal page that this is to the app; absent where it is another, or that is not known. */
  page?: string;
  /**
   * A URL below which, or with whose query, nothing is known to anybody: nginx hands it to the app all the same. It tells the
   * app from a neighbour, for nginx has no answer to it while the app is stopped.
   */
  trial?: string;
  /**
   * nginx has another answer where the app does not: an error’s page, a server that stands in. `well`: it is no error, so that an
   * answer alone proves nothing. `path`: what the app itself is asked for here.
   */
  standsIn?: { path?: string; well?: true };
  /** nginx gives its own page, with a good status, where the app answers an error. */
  hidesErrors?: true;
  /** nginx turns away who asks often. */
  metered?: true;
  /** belay made the name up, to be let in where any name or one of many is; the app need not know it. */
  anyName?: true;
}

export interface AccessLog {
  file: string;
  /** Requests that go elsewhere are logged there too, so what it shows need not be the app's. */
  shared: boolean;
  /** As `log_format` has it; absent where that is not known. */
  format?: string;
}
