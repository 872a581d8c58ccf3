import { once } from 'node:events';
import { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';

/** Ends a server with the connections that it still has; returns when nothing of it is left. */
export async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  const end = once(server, 'close');
  server.close();
  if (server instanceof HttpServer) server.closeAllConnections();
  await end;
}
