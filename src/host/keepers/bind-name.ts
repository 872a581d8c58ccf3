import type { Bind } from '../../domain/app/address.js';

/** `127.0.0.1:9999`, `[::1]:9999` or `unix:/run/words.sock`. */
export function bindName(bind: Bind): string {
  if (bind.kind === 'socket') return `unix:${bind.path}`;
  const { address = '127.0.0.1', port } = bind;
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
