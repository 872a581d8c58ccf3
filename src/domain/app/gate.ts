/** Where nginx takes requests for a site. */
export interface Gate {
  /** The host name in a visitor's request. */
  name: string;
  address: string;
  port: number;
  tls: boolean;
}

export function isSameGate(a: Gate, b: Gate): boolean {
  return a.name === b.name && a.address === b.address && a.port === b.port && a.tls === b.tls;
}
