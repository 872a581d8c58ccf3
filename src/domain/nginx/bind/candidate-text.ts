import type { NginxBackend } from '../../facts/facts.js';
import type { Candidate } from './candidates.js';
import { isLoopback } from '../routing/own-address.js';

/** Candidates that lead to the same address have the same key: `port 9999`. */
export function keyOf({ backends }: Pick<Candidate, 'backends'>): string {
  return [...new Set(backends.map(addressKey))].sort().join(', ');
}

/** One address of the loopback is as good as another. */
export function addressKey(backend: NginxBackend): string {
  return backend.kind === 'tcp' && isLoopback(backend.address) ? `port ${backend.port}` : textOf(backend);
}

function textOf(backend: NginxBackend): string {
  switch (backend.kind) {
    case 'tcp':
      return `${backend.address.includes(':') ? `[${backend.address}]` : backend.address}:${backend.port}`;
    case 'unix':
      return `unix:${backend.path}`;
    case 'unresolvable':
      return backend.text;
  }
}

/** `/etc/nginx/sites-enabled/words:4: words.example.test / → 127.0.0.1:9999` */
export function describe({ server, location, backends, where }: Candidate): string {
  const name = server.names[0] ?? 'a server without a name';
  const place = `${location.modifier === '@' ? '' : location.modifier} ${location.pattern}`.trim();
  return `${where}: ${name} ${place} → ${backends.map(textOf).join(', ')}`;
}
