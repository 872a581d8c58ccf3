import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxServer } from '../../../src/sandbox/index.js';

/** An OpenSSH client configuration with a host for each way in which one cannot get in. */
export class WaysIn {
  private readonly folder = mkdtempSync(join(tmpdir(), 'belay-ways-'));
  readonly config = join(this.folder, 'ssh_config');
  private readonly listeners: Server[] = [];
  private readonly sockets = new Set<Socket>();

  static async create(server: SandboxServer): Promise<WaysIn> {
    const ways = new WaysIn();
    // Says nothing, ever.
    const silent = await ways.listen(() => undefined);
    const webServer = await ways.listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    ways.write(server, silent, webServer);
    return ways;
  }

  private write(server: SandboxServer, silent: number, webServer: number): void {
    for (const name of ['stranger', 'another-host']) this.keygen(name);
    const own = execFileSync('ssh', ['-G', '-F', server.sshConfig, server.name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const setting = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(own)?.[1] ?? '';
    const right = {
      HostName: server.address,
      IdentityFile: setting('identityfile'),
      UserKnownHostsFile: setting('userknownhostsfile'),
    };
    const [type, key] = readFileSync(join(this.folder, 'another-host.pub'), 'utf8').split(' ');
    writeFileSync(join(this.folder, 'known-otherwise'), `${server.address} ${type} ${key}\n`);
    writeFileSync(join(this.folder, 'known-nothing'), '');
    const here = { ...right, HostName: '127.0.0.1' };
    const hosts: Record<string, Record<string, string | number>> = {
      unresolved: { ...right, HostName: 'no-such-host.invalid' },
      closed: { ...right, Port: 2222 },
      silent: { ...here, Port: silent, ConnectTimeout: 5 },
      'web-server': { ...here, Port: webServer },
      'wrong-key': { ...right, IdentityFile: join(this.folder, 'stranger') },
      'other-host-key': { ...right, UserKnownHostsFile: join(this.folder, 'known-otherwise') },
      'unknown-host-key': { ...right, UserKnownHostsFile: join(this.folder, 'known-nothing') },
    };
    const text = Object.entries(hosts).map(([name, options]) =>
      [`Host ${name}`, ...Object.entries(options).map(([key, value]) => `  ${key} ${value}`)].join('\n'),
    );
    const always = 'Host *\n  User root\n  IdentitiesOnly yes\n  GlobalKnownHostsFile none\n';
    writeFileSync(this.config, `${text.join('\n')}\n${always}`);
  }

  private keygen(name: string): void {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(this.folder, name)]);
  }

  private async listen(greet: (socket: Socket) => void): Promise<number> {
    const listener = createServer((socket) => {
      this.sockets.add(socket.on('error', () => undefined));
      greet(socket);
    }).listen(0, '127.0.0.1');
    this.listeners.push(listener);
    await new Promise((resolve) => listener.once('listening', resolve));
    return (listener.address() as AddressInfo).port;
  }

  remove(): void {
    for (const listener of this.listeners) listener.close();
    for (const socket of this.sockets) socket.destroy();
    rmSync(this.folder, { recursive: true });
  }
}
