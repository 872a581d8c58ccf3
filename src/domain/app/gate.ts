/** Where nginx takes requests for a site. */
export interface Gate {
  /** The host name in a visitor's request. */
  name: string;
  address: string;
  port: number;
  tls: boolean;
}
