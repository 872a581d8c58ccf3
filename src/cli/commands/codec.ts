import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { codecKeys } from '../../temporal/codec/keys.js';
import { serveCodec } from '../../temporal/codec/server.js';
import { codecLink, codecToken } from '../../temporal/codec/token.js';
import { EncryptingCodec } from '../../temporal/codec/codec.js';
import { embedded } from '../../temporal/server/embedded.js';
import { isExternal, service } from '../../temporal/service.js';
import { stateFolder } from '../../temporal/state.js';
import type { Io } from '../terminal/io.js';
import { UserError } from '../terminal/user-error.js';

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
  const keys = configuredKeys();
  const ui = service()?.ui;
  const origins =
    origin.length > 0 ? origin : ui === undefined ? [] : [ui, ui.replace('127.0.0.1', 'localhost')];
  if (origins.length === 0)
    throw new UserError('where the Web UI is served is not known: give --origin https://ui.example.test');
  const token = await codecToken();
  const server = await serveCodec(new EncryptingCodec(keys), { port: number, host, token, origins });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : number;
  io.stderr(
    `codec server at ${codecLink(bound, token, host)} for ${origins.join(', ')}; keys: ${keys.map(({ id }) => id).join(', ')}\n` +
      `${howToPaste}\nit decrypts for whoever knows that address: hand it to nobody else\n`,
  );
  process.once('SIGTERM', () => server.close());
  process.once('SIGINT', () => server.close());
  await once(server, 'close');
  return 0;
}

/** `belay codec link`: where the embedded Temporal's worker serves the codec to this user's browser. */
export async function codecLinkCommand(io: Io): Promise<number> {
  configuredKeys();
  const port = isExternal() ? undefined : embedded()?.codecPort;
  if (port === undefined)
    throw new UserError(
      'no worker serves the codec here: belay down, belay up; or belay codec for another Web UI',
    );
  io.stdout(`${codecLink(port, await codecToken())}\n`);
  io.stderr(`${howToPaste}\n`);
  return 0;
}

/** `belay codec key`: makes a key for a machine that others use too. Never overwrites one. */
export async function codecKey(file: string | undefined, io: Io): Promise<number> {
  const path = file === undefined ? `${stateFolder()}/codec.keys` : resolve(io.cwd, file);
  const id = new Date().toISOString().slice(0, 10);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(path, `${id}:${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new UserError(
      `${path} is there already, and what it sealed could not be read without it: name another file, or put a new key into it as its first line`,
      1,
      { cause },
    );
  }
  io.stdout(`export BELAY_CODEC_KEY_FILE=${path}\n`);
  io.stderr(
    `a key, ${id}, for a machine that others use too: Temporal has no login here, and whoever reaches it could start a deployment\n` +
      'or approve one. With the key, what belay writes into Temporal is encrypted, and what is not sealed with it does nothing.\n' +
      'Set the variable wherever belay and its workers run, then: belay down, belay up\n',
  );
  return 0;
}

const howToPaste =
  'in the Web UI: the glasses at the top right, "Use my browser setting", and this address as the endpoint';

function configuredKeys() {
  const keys = codecKeys();
  if (keys.length === 0)
    throw new UserError(
      'no key is configured: set BELAY_CODEC_KEY_FILE or BELAY_CODEC_KEY_COMMAND; belay codec key makes one',
    );
  return keys;
}
