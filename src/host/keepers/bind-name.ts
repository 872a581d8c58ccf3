import type { Bind } from '../../domain/app/address.js';

/** `127.0.0.1:9999`, `[::1]:9999` or `unix:/run/words.sock`. */
export function bindName(bind: Bind): string {
  if (bind.kind === 'socket') return `unix:${bind.path}`;
  const { address = '127.0.0.1', port } = bind;
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** An address as scripts are told it: `port` and 9999, or `socket` and /run/words.sock; `none` where nothing listens. */
export function bindFields(bind: Bind | null): { bindKind: Bind['kind'] | 'none'; bindWhere: string } {
  if (bind === null) return { bindKind: 'none', bindWhere: '' };
  return { bindKind: bind.kind, bindWhere: bind.kind === 'port' ? String(bind.port) : bind.path };
}
