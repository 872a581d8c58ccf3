import type { NginxServer } from '../../facts/facts.js';
import type { UnderWay } from './request.js';

/**
 * nginx's own variables, as far as the request decides them; undefined or null: they depend on who asks, as `$remote_addr`, or
 * there is none of that name.
 */
export function ownVariable(
  name: string,
  { uri, args, request }: UnderWay,
  server: NginxServer,
  root: string,
): string | null | undefined {
  const port = request.port === (request.tls ? 443 : 80) ? '' : `:${request.port}`;
  switch (name) {
    case 'uri':
    case 'document_uri':
      return uri;
    case 'request_uri':
      return request.path;
    case 'args':
    case 'query_string':
      return args;
    case 'is_args':
      return args === null ? null : args === '' ? '' : '?';
    case 'host':
      return request.name.toLowerCase();
    case 'http_host':
      return `${request.name}${port}`;
    case 'server_name':
      return server.names[0] ?? '';
    case 'server_port':
      return String(request.port);
    case 'scheme':
      return request.tls ? 'https' : 'http';
    case 'https':
      return request.tls ? 'on' : '';
    case 'request_method':
      return 'GET';
    case 'document_root':
      return root;
    case 'request_filename':
      return uri === null ? null : `${root}${uri}`;
    case 'content_length':
    case 'content_type':
      return '';
  }
  if (!name.startsWith('arg_') || args === null) return undefined;
  const wanted = name.slice('arg_'.length).toLowerCase();
  const pairs = args.split('&').map((pair) => /^([^=]*)=?(.*)$/s.exec(pair));
  return pairs.find((pair) => pair?.[1]?.toLowerCase() === wanted)?.[2] ?? '';
}
