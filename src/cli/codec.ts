import { once } from 'node:events';
import { codecKeys } from '../temporal/codec-keys.js';
import { serveCodec } from '../temporal/codec-server.js';
import { EncryptingCodec } from '../temporal/codec.js';
import { service } from '../temporal/service.js';
import type { Io } from './io.js';
import { UserError } from './user-error.js';

export interface CodecOptions {
  port: string;
  host: string;
  origin?: string[];
}

/** `belay codec`: lets the Web UI and Temporal's CLI show what is encrypted, until Ctrl-C. */
export async function codec({ port, host, origin = [] }: CodecOptions, io: Io): Promise<number> {
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new UserError(`--port: expected a number from 0 to 65535, got ${port}`);
  const keys = codecKeys();
  if (keys.length === 0)
    throw new UserError('no key is configured: set BELAY_CODEC_KEY_FILE or BELAY_CODEC_KEY_COMMAND');
  const ui = service()?.ui;
  const origins =
    origin.length > 0 ? origin : ui === undefined ? [] : [ui, ui.replace('127.0.0.1', 'localhost')];
  if (origins.length === 0)
    throw new UserError('where the Web UI is served is not known: give --origin https://ui.example.test');
  const server = await serveCodec(new EncryptingCodec(keys), { port: number, host, origins });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : number;
  io.stderr(
    `codec server at http://${host}:${bound} for ${origins.join(', ')}; keys: ${keys.map(({ id }) => id).join(', ')}\n` +
      'it decrypts for whoever reaches it: leave it on this machine, or put a login before it\n',
  );
  process.once('SIGTERM', () => server.close());
  process.once('SIGINT', () => server.close());
  await once(server, 'close');
  return 0;
}
