import type { NginxServer } from '../../facts/facts.js';
import { answeringAt, serverNameExpression } from '../routing/listening.js';
import type { Gate } from '../../app/gate.js';

/** A place at which nginx listens for a server, and the name under which it can be asked there; or why it cannot be. */
export type Door = { gate: Gate; anyName?: true } | { unasked: string };

/**
 * Every place at which a server listens, each with a name that leads to that server there by nginx's own order.
 * @param wanted names that belay.yml knows, the likely first
 */
export function doorsOf(
  servers: readonly NginxServer[],
  server: NginxServer,
  wanted: readonly string[],
): Door[] {
  return server.listens.flatMap((listen): Door[] => {
    const { address, port, tls, proxyProtocol } = listen;
    const place = `${address === '' ? '*' : address}:${port} (${server.where})`;
    const leads = (name: string) => answeringAt(servers, listen, name)?.server === server;
    const name = [...wanted, ...server.names].filter(isPlain).find(leads);
    const any = [...server.names.flatMap(plainOf), 'localhost', '127.0.0.1', 'belay.invalid'].find(
      (one) => isPlain(one) && leads(one),
    );
    const asked = name ?? any;
    if (asked === undefined) return isLeftOut(server, leads) ? [] : unnamed(server, place);
    if (port === 0) return [{ unasked: `${address} (${server.where}): a socket that another server asks` }];
    if (proxyProtocol === true)
      return [{ unasked: `${place}: what a balancer in front has to say first, nobody else can say` }];
    return [
      {
        gate: { name: asked, address: reachable(address), port, tls },
        ...(name === undefined ? { anyName: true as const } : {}),
      },
    ];
  });
}

/** Whether all its names are taken there by servers before it. */
function isLeftOut({ names }: NginxServer, leads: (name: string) => boolean): boolean {
  return names.length > 0 && names.every((name) => !name.startsWith('~') && !plainOf(name).some(leads));
}

function unnamed({ names }: NginxServer, place: string): Door[] {
  return [{ unasked: `${place}: no name is known that ${names.slice(0, 3).join(' ')} takes` }];
}

/** One name of host that a server_name stands for; none of an expression, unless it is one name in another spelling. */
function plainOf(name: string): string[] {
  if (name.startsWith('~')) {
    const text = name.replace(/^~\^?/, '').replace(/\$$/, '').replace(/\\\./g, '.');
    const tries = [text, text.replace(/\([^()]*\)[?*+]?/g, 'belay'), text.replace(/^.*?(?=\.\w)/, 'belay')];
    const expression = serverNameExpression(name);
    return tries.filter((one) => isPlain(one) && expression?.test(one.toLowerCase()) === true);
  }
  if (name.startsWith('*.')) return [`belay${name.slice(1)}`];
  if (name.startsWith('.')) return [name.slice(1)];
  return name.endsWith('.*') ? [`${name.slice(0, -1)}test`] : [name];
}

/** Whether it is one name of a host and no pattern. */
export function isPlain(name: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name);
}

export function reachable(address: string): string {
  if (['', '*', '0.0.0.0', 'localhost'].includes(address)) return '127.0.0.1';
  return address === '::' ? '::1' : address;
}
