/** nginx before the app, as its configuration has it: where it takes requests for the app, and where it logs them. */
export interface Front {
  /** Where nginx on the host itself is asked for a site. */
  gates: Gate[];
  /** URLs that belay.yml does not name, but that lead to its internal paths. */
  urls: string[];
  /** Files in which nginx logs what visitors ask of the app. */
  accessLogs: AccessLog[];
}

export interface Gate {
  /** The host name in a visitor's request. */
  name: string;
  address: string;
  port: number;
  tls: boolean;
}

export interface AccessLog {
  file: string;
  /** Requests that go elsewhere are logged there too, so what it shows need not be the app's. */
  shared: boolean;
}
