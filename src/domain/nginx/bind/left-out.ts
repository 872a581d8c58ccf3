import type { Facts } from '../../facts/facts.js';
import type { Finder } from '../../findings/finder.js';
import { answeringAt, reachedServers } from '../routing/listening.js';
import { isOwn } from '../routing/own-address.js';

/**
 * A server that leads to the app, and of which nginx takes none of the requests: whoever asks for its names comes to another one.
 * @returns whether there is one, which is a finding then
 */
export function isLeftOut(facts: Facts, port: number, find: Finder): boolean {
  const { nginx } = facts;
  if (nginx === null) return false;
  const reached = reachedServers(nginx.servers);
  const server = nginx.servers.find(
    (server) =>
      !reached.includes(server) &&
      server.locations.some(({ backends }) =>
        backends.some((one) => one.kind === 'tcp' && one.port === port && isOwn(one, facts)),
      ),
  );
  if (server === undefined) return false;
  const takers = server.listens.flatMap((listen) =>
    server.names.flatMap((name) => answeringAt(nginx.servers, listen, name)?.server.where ?? []),
  );
  find.report(
    'nginx.left-out',
    `nginx leaves out the server that leads to port ${port}: another before it has its names, so visitors would not reach the app.`,
    `${server.where}: ${server.names.join(' ')}\nnginx takes ${[...new Set(takers)].join(', ')}`,
    'Take one of the two out of nginx’s configuration (`nginx -t` names them as “conflicting server name”), let nginx read it ' +
      '(`nginx -s reload`), then plan again. Where visitors reach the app in another way, take out the server that is left out.',
  );
  return true;
}
