import type { Bind } from '../../domain/app/address.js';

/** `127.0.0.1:9999` or `unix:/run/words.sock`. */
export function bindName(bind: Bind): string {
  return bind.kind === 'port' ? `127.0.0.1:${bind.port}` : `unix:${bind.path}`;
}
