import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real sshd on a spare loopback port, with host keys, authorized keys and a client configuration of its own. */
export class Sshd {
  readonly folder = mkdtempSync(join(tmpdir(), 'belay-sshd-'));
  readonly config = join(this.folder, 'ssh_config');
  readonly knownHosts = join(this.folder, 'known_hosts');
  port = 0;
  #process?: ChildProcess;

  /** `lines`: of sshd_config, before the usual ones, so that they win. */
  async start(lines: string[] = []): Promise<void> {
    for (const type of ['ed25519', 'rsa', 'ecdsa']) this.keygen(`host_${type}`, type);
    this.keygen('id_user');
    this.authorize('id_user');
    this.port = await sparePort();
    await this.restart(lines);
    this.accept('host_ed25519');
    this.client();
  }

  async restart(lines: string[] = []): Promise<void> {
    this.kill();
    // sshd's own folder for privilege separation; a machine that never ran one lacks it.
    mkdirSync('/run/sshd', { recursive: true });
    const usual = [
      `Port ${this.port}`,
      'ListenAddress 127.0.0.1',
      ...['ed25519', 'rsa', 'ecdsa'].map((type) => `HostKey ${join(this.folder, `host_${type}`)}`),
      `AuthorizedKeysFile ${join(this.folder, 'authorized_keys')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
    ];
    this.write('sshd_config', [...lines, ...usual].join('\n'));
    // Under its absolute path, as sshd demands.
    this.#process = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(this.folder, 'sshd_config')], {
      stdio: 'ignore',
    });
    await untilOpen(this.port);
  }

  keygen(name: string, type = 'ed25519', passphrase = ''): void {
    execFileSync('ssh-keygen', [
      '-q',
      '-t',
      type,
      '-N',
      passphrase,
      '-C',
      name,
      '-f',
      join(this.folder, name),
    ]);
  }

  /** The only keys that the host accepts. */
  authorize(...names: string[]): void {
    this.write('authorized_keys', names.map((name) => this.read(`${name}.pub`)).join(''));
    // sshd reads it as the user who logs in.
    chmodSync(join(this.folder, 'authorized_keys'), 0o644);
    chmodSync(this.folder, 0o755);
  }

  /** known_hosts says that a host key is this host's. */
  accept(name: string, marker = ''): void {
    this.write('known_hosts', `${marker}[127.0.0.1]:${this.port} ${this.read(`${name}.pub`)}`);
  }

  /** The client's configuration: the host `web1`, and lines that go before what is usual. */
  client(lines: string[] = []): void {
    const usual = [
      'HostName 127.0.0.1',
      `Port ${this.port}`,
      'User root',
      `IdentityFile ${join(this.folder, 'id_user')}`,
    ];
    const files = [`UserKnownHostsFile ${this.knownHosts}`, 'GlobalKnownHostsFile none'];
    this.write(
      'ssh_config',
      ['Host web*', ...lines, ...usual, 'Host *', ...files, 'IdentityAgent none', ''].join('\n'),
    );
  }

  fingerprint(name: string): string {
    const printed = execFileSync('ssh-keygen', ['-lf', join(this.folder, `${name}.pub`)], {
      encoding: 'utf8',
    });
    return printed.split(' ')[1] ?? '';
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text, { mode: 0o600 });
  }

  /** The pids of the processes that serve connections. */
  connections(): number[] {
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(this.#process?.pid ?? 0)], {
      encoding: 'utf8',
    });
    return stdout.split(/\s+/).filter(Boolean).map(Number);
  }

  kill(): void {
    this.#process?.kill('SIGKILL');
  }

  stop(): void {
    this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function sparePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilOpen(port: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`sshd did not listen on port ${port} within 10 s`);
}
