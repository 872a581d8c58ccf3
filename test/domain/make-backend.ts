import type { NginxBackend } from '../../src/domain/facts/facts.js';

/** Where nginx hands a request on to: a port. */
export const port = (number: number, address = '127.0.0.1'): NginxBackend => ({
  kind: 'tcp',
  address,
  port: number,
});
