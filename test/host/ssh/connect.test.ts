import dns from 'node:dns';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../../src/host/ssh/connect.js';
import type { SshConfig } from '../../../src/host/ssh/ssh-config.js';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(greet: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => greet(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

function failure(config: Partial<SshConfig>): Promise<Error> {
  const whole: SshConfig = {
    alias: 'web1',
    host: '127.0.0.1',
    port: 22,
    user: 'deployer',
    identityFiles: [],
    identitiesOnly: true,
    agent: null,
    knownHostsFiles: [],
    jumps: [],
    connectTimeoutMs: 5_000,
    ...config,
  };
  return connect(whole).then(
    () => new Error('it connected'),
    (error: unknown) => error as Error,
  );
}

describe('a host that does not let belay in says why, and what to look at', () => {
  it('where nothing listens', async () => {
    const port = await listen(() => undefined);
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    expect(await failure({ port, file: '/tmp/ssh config' })).toMatchObject({
      type: 'HostUnreachable',
      message:
        `deployer@127.0.0.1:${port} refuses connections (ECONNREFUSED): nothing listens on port ${port}. Check HostName and ` +
        'Port in /tmp/ssh config, and see whether `ssh -F "/tmp/ssh config" web1` works.',
    });
  });

  it.each([
    ['answers as a web server', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['closes at once', (socket: Socket) => socket.end()],
  ])('where what listens %s', async (_, greet) => {
    const port = await listen(greet);
    expect(await failure({ port })).toMatchObject({
      type: 'HostUnreachable',
      message:
        `deployer@127.0.0.1:${port} closed the connection before it greeted as an SSH server: it may be starting or ` +
        `shutting down, something else may listen on ` +
        `port ${port}, or a firewall lies in between. Check HostName and Port in ~/.ssh/config, and see whether \`ssh web1\` works.`,
    });
  });

  it.each([
    [
      'ENOTFOUND',
      'HostUnknown',
      'web1 is not known: DNS has no address for web.test, and ~/.ssh/config gives none.',
    ],
    ['EAI_AGAIN', 'HostUnreachable', 'deployer@web.test:22: DNS does not answer for web.test (EAI_AGAIN).'],
  ])('where DNS says %s', async (code, type, says) => {
    vi.spyOn(dns, 'lookup').mockImplementation((...args: unknown[]) => {
      const answered = args.at(-1) as (error: Error) => void;
      setImmediate(() => answered(Object.assign(new Error(`getaddrinfo ${code} web.test`), { code })));
    });
    expect(await failure({ host: 'web.test' })).toMatchObject({
      type,
      message: expect.stringContaining(says) as string,
    });
  });
});
