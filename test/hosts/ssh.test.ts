import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { change } from '../../src/host/door/door.js';
import { drawNumber } from '../../src/host/door/fence.js';
import { SshHosts } from '../../src/host/ssh/hosts.js';
import type { SshSession } from '../../src/host/ssh/session.js';
import { Sshd, sparePort } from './sshd.js';
import { closed } from '../closed.js';

vi.mock('../../src/host/scripts.js', () => import('../host/op-texts.js'));

const sshd = new Sshd();
let hosts: SshHosts;
const timeoutMs = 30_000;
const open = (alias = 'web1'): Promise<SshSession> => hosts.session({ alias, sshConfig: sshd.config });

beforeAll(() => sshd.start());
afterAll(() => sshd.stop());
beforeEach(() => {
  hosts = new SshHosts();
  sshd.authorize('id_user');
  sshd.accept('host_ed25519');
  sshd.client();
});
afterEach(() => hosts.close());

describe('a session', () => {
  test('runs scripts with odd arguments over one connection, opened once however many ask', async () => {
    const sessions = await Promise.all(Array.from({ length: 5 }, () => open()));
    expect(new Set(sessions).size).toBe(1);
    expect(sshd.connections()).toHaveLength(1);
    const args = ["it's", '"', '$HOME `id`', '-n', '', 'a\nb\n', 'Ünï 日 🪢', '\\\\ %s'];
    const session = await open();
    const done = await session.run('text:printf "%s\\0" "$@"; echo err >&2; exit 3', args, { timeoutMs });
    expect(done).toEqual({
      code: 3,
      stdout: args.map((arg) => `${arg}\0`).join(''),
      stderr: 'err\n',
      truncated: false,
    });
    expect(session.destination).toBe(`root@127.0.0.1:${sshd.port}`);
    expect(await session.privilege()).toBe('root');
  });

  test('takes 50 MB in as a stream, no faster than the host reads', async () => {
    const block = Buffer.alloc(64 * 1024, 'belay');
    const digest = createHash('sha256');
    let waiting = 0;
    let most = 0;
    const input = Readable.from(
      (function* () {
        for (let index = 0; index < 800; index += 1) {
          digest.update(block);
          most = Math.max(most, (waiting += block.length));
          yield block;
        }
      })(),
    );
    const session = await open();
    const run = session.run('text:sleep 0.5; sha256sum', [], { timeoutMs, input });
    await new Promise((resolve) => setTimeout(resolve, 250));
    // While the script sleeps, only the windows of channel and pipes fill.
    expect(most).toBeLessThan(16 * 1024 * 1024);
    expect((await run).stdout).toContain(digest.digest('hex'));
  });

  test('keeps the first 8 MiB of stdout and the last 64 KiB of stderr, and hands out whole characters', async () => {
    const session = await open();
    const chunks: string[] = [];
    const script = 'text:yes 日本語 | head -c 12000000; yes err | head -c 100000 >&2; echo end >&2';
    const done = await session.run(script, [], { timeoutMs, onStdout: (chunk) => chunks.push(chunk) });
    expect(done.truncated).toBe(true);
    expect(Buffer.byteLength(done.stdout)).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(Buffer.byteLength(done.stdout)).toBeGreaterThan(8 * 1024 * 1024 - 4);
    expect(chunks.join('').replaceAll(/[日本語\n]/g, '').length).toBeLessThanOrEqual(1);
    expect(done.stderr).toHaveLength(64 * 1024);
    expect(done.stderr.endsWith('err\nend\n')).toBe(true);
  });

  test('lets a script end before it has read its input', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65536);
      })(),
    );
    const done = await (
      await open()
    ).run('text:head -c 10 >/dev/null; echo enough', [], { timeoutMs, input: endless });
    expect(done).toMatchObject({ code: 0, stdout: 'enough\n' });
  });

  test('is given up after its time, or when the caller aborts, and serves the next script', async () => {
    const session = await open();
    await expect(session.run('text:sleep 60', [], { timeoutMs: 500 })).rejects.toMatchObject({
      type: 'ConnectionLost',
      message: expect.stringContaining('did not end within 0.5 s') as string,
    });
    const cancel = new AbortController();
    const run = session.run('text:sleep 60', [], { timeoutMs, signal: cancel.signal });
    setTimeout(() => cancel.abort(new Error('cancelled')), 100);
    await expect(run).rejects.toThrow('cancelled');
    expect((await session.run('text:echo on', [], { timeoutMs })).stdout).toBe('on\n');
  });

  test('tells a script that a signal ended by its status, not as a lost connection', async () => {
    expect((await (await open()).run('text:kill -9 $$', [], { timeoutMs })).code).toBe(137);
  });

  test('that dies in the middle of a script leaves an unknown outcome, and is opened anew', async () => {
    const session = await open();
    const run = session.run('text:echo began; sleep 60', [], {
      timeoutMs,
      onStdout: () => sshd.connections().forEach((pid) => process.kill(pid, 'SIGKILL')),
    });
    await expect(run).rejects.toMatchObject({
      type: 'ConnectionLost',
      message: expect.stringContaining('not known') as string,
    });
    await expect(session.run('text:true', [], { timeoutMs })).rejects.toMatchObject({
      type: 'ConnectionLost',
    });
    const next = await open();
    expect(next).not.toBe(session);
    expect((await next.run('text:echo on', [], { timeoutMs })).stdout).toBe('on\n');
  });

  test('whose host falls silent is given up within 15 s', async () => {
    const session = await open();
    const pids = sshd.connections();
    const began = Date.now();
    const run = session.run('text:echo began; sleep 60', [], {
      timeoutMs: 60_000,
      onStdout: () => pids.forEach((pid) => process.kill(pid, 'SIGSTOP')),
    });
    try {
      await expect(run).rejects.toMatchObject({ type: 'ConnectionLost' });
      expect(Date.now() - began).toBeLessThan(15_500);
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGKILL');
    }
  });

  test('is closed when nobody uses it', async () => {
    await hosts.close();
    hosts = new SshHosts(200);
    const session = await open();
    expect((await session.run('text:sleep 1; echo on', [], { timeoutMs })).stdout).toBe('on\n');
    await vi.waitFor(() => expect(sshd.connections()).toEqual([]), { timeout: 10_000 });
    expect(await open()).not.toBe(session);
  });

  test('reaches ports and sockets as the host sees them', async () => {
    const site = createHttp((_, answer) => answer.end('hello')).listen(0, '127.0.0.1');
    const socket = join(sshd.folder, 'app.sock');
    const local = createServer((stream) => stream.end('from the socket')).listen(socket);
    try {
      const session = await open();
      const stream = await session.forward({
        address: '127.0.0.1',
        port: (site.address() as AddressInfo).port,
      });
      stream.end('GET / HTTP/1.0\r\n\r\n');
      expect(await text(stream)).toContain('hello');
      expect(await text(await session.forward({ socket }))).toBe('from the socket');
      const refused = session.forward({ address: '127.0.0.1', port: await sparePort() });
      // An answer, not a fault of the connection.
      await expect(refused).rejects.toThrow(/127\.0\.0\.1:\d+: .*refused/i);
      await expect(refused).rejects.not.toHaveProperty('type');
    } finally {
      await Promise.all([closed(site), closed(local)]);
    }
  });

  test('goes through hops that ProxyJump names, each with its own host key and login', async () => {
    const jump = `ProxyJump root@web2:${sshd.port},web3`;
    sshd.write('ssh_config', `Host web1\n${jump}\n${sshd.read('ssh_config')}`);
    expect((await (await open()).run('text:echo through', [], { timeoutMs })).stdout).toBe('through\n');
    expect(sshd.connections()).toHaveLength(3);
    await hosts.close();
    await vi.waitFor(() => expect(sshd.connections()).toEqual([]), { timeout: 10_000 });
  });

  test('reaches a hop through hops of its own, as OpenSSH does, but not in a circle', async () => {
    const before = sshd.read('ssh_config');
    sshd.write('ssh_config', `Host web1\nProxyJump web2\nHost web2\nProxyJump web3\n${before}`);
    expect((await (await open()).run('text:echo through', [], { timeoutMs })).stdout).toBe('through\n');
    expect(sshd.connections()).toHaveLength(3);
    await hosts.close();
    sshd.write('ssh_config', `Host web1\nProxyJump web2\nHost web2\nProxyJump web1\n${before}`);
    await expect(open()).rejects.toMatchObject({
      type: 'Configuration',
      message: expect.stringMatching(/circle: web1 → web2 → web1\. Give web2 `ProxyJump none`/) as string,
    });
  });

  test.each([
    ['refuses', '127.0.0.1', 'connection refused: nothing listens there'],
    ['has no address there', 'nowhere.invalid', 'no connection \\('],
  ])('what lies behind a hop and %s is told, with the hop', async (_, name, why) => {
    const port = await sparePort();
    const behind = `Host behind\nHostName ${name}\nPort ${port}\nUser root\nProxyJump web1\n`;
    sshd.write('ssh_config', `${behind}${sshd.read('ssh_config')}`);
    const opening = open('behind');
    await expect(opening).rejects.toMatchObject({ type: 'HostUnreachable' });
    await expect(opening).rejects.toThrow(
      new RegExp(
        `root@${name}:${port} cannot be reached from root@127.0.0.1:${sshd.port}, through which ProxyJump leads: ` +
          `${name}:${port}: ${why}.*HostName and Port.*ssh -F .* behind`,
      ),
    );
    // The hop itself is left as well.
    await vi.waitFor(() => expect(sshd.connections()).toEqual([]), { timeout: 10_000 });
  });

  test('makes a change through the door whose connection is killed only once', async () => {
    const path = join(sshd.folder, 'app');
    const named = { path, deployment: 'app@run1' };
    const number = await drawNumber(await open(), { ...named, by: 'ann@laptop' });
    const op = {
      ...named,
      number,
      op: 'slow',
      script: 'text:echo x >>"$1/count"; while [ ! -e "$1/go" ]; do sleep 0.05; done; echo over',
      args: [sshd.folder],
      rerun: 'never',
      timeoutMs,
    } as const;
    const first = change(await open(), op);
    first.catch(() => undefined);
    await vi.waitFor(() => expect(sshd.read('count')).toBe('x\n'), { timeout: 10_000 });
    sshd.connections().forEach((pid) => process.kill(pid, 'SIGKILL'));
    await expect(first).rejects.toMatchObject({ type: 'ConnectionLost' });
    const second = change(await open(), op);
    sshd.write('go', '');
    expect(await second).toMatchObject({ exit: 0, output: 'over\n' });
    expect(sshd.read('count')).toBe('x\n');
  });
});

describe('a host key', () => {
  test('that is unknown is refused with its fingerprint and the command that accepts it', async () => {
    sshd.write('known_hosts', '');
    await expect(open()).rejects.toMatchObject({ type: 'HostKeyRefused' });
    await expect(open()).rejects.toThrow(sshd.fingerprint('host_ed25519'));
    await expect(open()).rejects.toThrow(`ssh -F ${sshd.config} -o StrictHostKeyChecking=ask web1 exit`);
  });

  test('that changed is refused with both fingerprints', async () => {
    sshd.keygen('other');
    sshd.accept('other');
    await expect(open()).rejects.toMatchObject({
      type: 'HostKeyRefused',
      message: expect.stringMatching(/has changed: .*ssh-keygen -R '\[127\.0\.0\.1\]:\d+' -f /s) as string,
    });
    await expect(open()).rejects.toThrow(sshd.fingerprint('other'));
    await expect(open()).rejects.toThrow(sshd.fingerprint('host_ed25519'));
  });

  test('that is revoked is refused, though it is listed as well', async () => {
    const line = `[127.0.0.1]:${sshd.port} ${sshd.read('host_ed25519.pub')}`;
    sshd.write('known_hosts', `${line}@revoked * ${sshd.read('host_ed25519.pub')}`);
    await expect(open()).rejects.toMatchObject({
      type: 'HostKeyRefused',
      message: expect.stringContaining('@revoked') as string,
    });
  });

  test.each(['a list of keys', 'a key revocation list'])(
    'that RevokedHostKeys revokes, in %s, is refused, though it is known; one that is not is accepted',
    async (kind) => {
      const revoked = join(sshd.folder, 'revoked');
      sshd.client([`RevokedHostKeys ${revoked}`]);
      await expect(open()).rejects.toThrow('No host is trusted without it');
      sshd.write('revoked', 'SSHKRL\n\0nonsense');
      await expect(open()).rejects.toThrow('No host is trusted without it');
      const revoke = (name: string) => {
        rmSync(revoked);
        if (kind === 'a list of keys') sshd.write('revoked', sshd.read(`${name}.pub`));
        else execFileSync('ssh-keygen', ['-q', '-k', '-f', revoked, join(sshd.folder, `${name}.pub`)]);
      };
      revoke('host_ed25519');
      await expect(open()).rejects.toMatchObject({
        type: 'HostKeyRefused',
        message: expect.stringContaining('RevokedHostKeys') as string,
      });
      revoke('host_rsa');
      await expect(open()).resolves.toBeDefined();
      rmSync(revoked);
    },
  );

  test('that only a certificate authority vouches for is refused in clear words', async () => {
    sshd.accept('host_rsa', '@cert-authority ');
    await expect(open()).rejects.toMatchObject({
      type: 'HostKeyRefused',
      message: expect.stringContaining('belay knows no SSH certificates') as string,
    });
  });

  test.each(['host_rsa', 'host_ecdsa'])(
    'of the type that known_hosts has (%s) is the one asked for',
    async (name) => {
      sshd.accept(name);
      expect((await (await open()).run('text:echo in', [], { timeoutMs })).stdout).toBe('in\n');
    },
  );

  test('is found under a hashed name, a pattern, and without the port', async () => {
    execFileSync('ssh-keygen', ['-q', '-H', '-f', sshd.knownHosts], { stdio: 'ignore' });
    expect(sshd.read('known_hosts')).toMatch(/^\|1\|/);
    await open();
    for (const names of ['[127.0.0.*]:*', '127.0.0.1']) {
      await hosts.close();
      hosts = new SshHosts();
      sshd.write('known_hosts', `${names} ${sshd.read('host_ed25519.pub')}`);
      await open();
    }
  });
});

describe('a login', () => {
  test('that the host refuses names every key that was tried, and what to do', async () => {
    sshd.keygen('id_stranger');
    sshd.keygen('id_locked', 'ed25519', 'a passphrase');
    sshd.authorize('id_stranger');
    sshd.client([`IdentityFile ${join(sshd.folder, 'id_locked')}`]);
    await expect(open()).rejects.toMatchObject({ type: 'AuthenticationFailed' });
    await expect(open()).rejects.toThrow(`${sshd.fingerprint('id_user')} of ${join(sshd.folder, 'id_user')}`);
    await expect(open()).rejects.toThrow(
      `${join(sshd.folder, 'id_locked')} (it has a passphrase, and no agent holds it)`,
    );
    await expect(open()).rejects.toThrow(`ssh-copy-id -F ${sshd.config} web1`);
  });

  describe('through an agent', () => {
    const socket = join(sshd.folder, 'agent.sock');
    const add = (name: string, ...flags: string[]): void => {
      execFileSync('ssh-add', ['-q', ...flags, join(sshd.folder, name)], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
      });
    };
    let agent: ReturnType<typeof spawn>;
    beforeEach(async () => {
      // Asked for consent, this agent is always told no.
      const env = { ...process.env, SSH_ASKPASS: '/bin/false', SSH_ASKPASS_REQUIRE: 'force' };
      agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore', env });
      await vi
        .waitFor(
          () =>
            execFileSync('ssh-add', ['-l'], {
              env: { ...env, SSH_AUTH_SOCK: socket },
              stdio: 'ignore',
            }) as unknown,
          {
            timeout: 5000,
          },
        )
        .catch(() => undefined);
    });
    afterEach(() => {
      agent.kill();
      rmSync(socket, { force: true });
    });

    test('offers first the key that IdentityFile names, and only that where IdentitiesOnly says so', async () => {
      for (let index = 0; index < 7; index += 1) {
        sshd.keygen(`many_${index}`);
        add(`many_${index}`);
      }
      sshd.keygen('id_held');
      add('id_held');
      rmSync(join(sshd.folder, 'id_held'));
      sshd.authorize('id_held');
      // sshd lets nobody try more than six keys.
      sshd.client([`IdentityAgent ${socket}`, `IdentityFile ${join(sshd.folder, 'id_held')}`]);
      await open();
      sshd.authorize('many_0');
      sshd.client([
        `IdentityAgent ${socket}`,
        'IdentitiesOnly yes',
        `IdentityFile ${join(sshd.folder, 'id_held')}`,
      ]);
      await hosts.close();
      hosts = new SshHosts();
      await expect(open()).rejects.toThrow(
        /none of: SHA256:\S+ of the agent \(id_held\); SHA256:\S+ of \S+id_user\./,
      );
    });

    test('goes on to the next key where the agent declines, and to files where it is dead', async () => {
      for (const type of ['ed25519', 'ecdsa', 'rsa']) {
        sshd.keygen(`asked_${type}`, type);
        add(`asked_${type}`, '-c');
      }
      sshd.authorize('asked_ed25519', 'asked_ecdsa', 'asked_rsa', 'id_user');
      sshd.client([`IdentityAgent ${socket}`]);
      await open();
      await hosts.close();
      hosts = new SshHosts();
      agent.kill();
      await open();
      sshd.authorize('asked_rsa');
      await hosts.close();
      hosts = new SshHosts();
      await expect(open()).rejects.toThrow(`the agent at ${socket} (`);
    });
  });

  test('whose shell runs nothing is told with what it said', async () => {
    sshd.client(['User nobody']);
    await expect((await open()).run('text:true', [], { timeoutMs })).rejects.toMatchObject({
      type: 'RemoteCommandFailed',
      message: expect.stringContaining('not available') as string,
    });
  });
});

describe('a host that cannot be reached', () => {
  let silent: Server;
  beforeAll(async () => {
    silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
  });
  afterAll(() => void silent.close());

  test('because its name means nothing is unknown', async () => {
    sshd.client(['HostName no-such-host.invalid']);
    await expect(open()).rejects.toMatchObject({
      type: 'HostUnknown',
      message: expect.stringContaining('no-such-host.invalid') as string,
    });
  });

  test('because nothing listens is unreachable', async () => {
    sshd.client([`Port ${await sparePort()}`]);
    await expect(open()).rejects.toMatchObject({
      type: 'HostUnreachable',
      message: expect.stringContaining('REFUSED') as string,
    });
  });

  test('because what listens says nothing is unreachable after 15 s', async () => {
    sshd.client([`Port ${(silent.address() as AddressInfo).port}`]);
    const began = Date.now();
    await expect(open()).rejects.toMatchObject({
      type: 'HostUnreachable',
      message: expect.stringContaining('did not complete the SSH handshake within 15 s') as string,
    });
    expect(Date.now() - began).toBeLessThan(17_000);
  });

  test.each(['-oProxyCommand=touch x', '', 'a b'])(
    'because %j is no name is refused before ssh sees it',
    async (alias) => {
      await expect(open(alias)).rejects.toMatchObject({ type: 'Configuration' });
    },
  );

  test('because its configuration is broken says where', async () => {
    sshd.write('ssh_config', 'Nonsense yes\n');
    await expect(open()).rejects.toMatchObject({
      type: 'Configuration',
      message: expect.stringContaining('line 1') as string,
    });
  });
});
