import { embedded } from '../server/embedded.js';
import type { Service } from '../service.js';

/**
 * Why what this worker is given is not for it: it works for the embedded server, which has ended or serves elsewhere, and
 * another Temporal has taken its address, such as that of another state folder on this machine. undefined where nothing
 * speaks against it.
 */
export function whyStray({ kind, address }: Pick<Service, 'kind' | 'address'>): string | undefined {
  if (kind === 'external') return undefined;
  const server = embedded();
  if (server?.address === address) return undefined;
  return server
    ? `the Temporal that it works for serves at ${server.address} by now`
    : 'the Temporal that it works for has ended';
}
