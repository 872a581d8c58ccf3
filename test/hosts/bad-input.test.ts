import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxServer } from '../../src/sandbox/index.js';
import { belay, deploy, type Called } from '../incident/belay.js';
import { makeProject, yml, type Project } from './bad-input/project.js';
import { createSite, digestsOf, fresh, running, serverPy, stateOf, visit } from './bad-input/site.js';
import { WaysIn } from './bad-input/ways-in.js';
import { describeOnServers, ownState } from '../on-servers.js';

/** Whatever a person gets wrong: one message that helps, the right exit code, and the site goes on as it was. */
describeOnServers('bad input', () => {
  ownState();
  let server: SandboxServer;
  let ways: WaysIn;
  let before: Awaited<ReturnType<typeof stateOf>>;
  const projects: Project[] = [];

  beforeAll(async () => {
    const [up] = await Promise.all([belay(['up']), createSite().then((made) => (server = made))]);
    expect(up.code, up.stderr).toBe(0);
    ways = await WaysIn.create(server);
    before = await stateOf(server);
    expect(before.page).toBe('200 version 1');
  });

  afterAll(async () => {
    ways.remove();
    for (const project of projects) await project.remove();
  });

  async function project(...args: Parameters<typeof makeProject>): Promise<Project> {
    const made = await makeProject(...args);
    projects.push(made);
    return made;
  }

  /** A message for a person, and only one. */
  function expectOneMessage({ stdout, stderr }: Called, ...texts: (string | RegExp)[]): void {
    expect(stdout).toBe('');
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    for (const text of texts) expect(stderr).toMatch(text);
    expectForPeople(stderr);
  }

  function expectForPeople(text: string): void {
    expect(text).not.toMatch(/^\s+at .+:\d+/m);
    expect(text).not.toMatch(/\.[jt]s:\d+|unexpected:|defect|undefined|\[object/);
  }

  describe('a belay.yml', () => {
    afterEach(async () => expect(await visit(server, running)).toBe(before.page));
    afterAll(async () => expect(await stateOf(server)).toEqual(before));

    test.each<[string, string | null, string[]]>([
      ['missing', null, ['belay.yml:1:1: there is no such file; write one', 'hosts: [web1]']],
      ['empty', '', ['belay.yml:1:1: the file is empty; begin with', 'hosts: [web1]']],
      ['indented with tabs', 'app: tiny\nhosts:\n\t- tiny1\n', ['belay.yml:3:1: a tab stands where']],
      ['with an unknown key', yml({ prot: 8000 }), ['unknown key prot; did you mean port?']],
      [
        'with the port 70000',
        yml({ port: 70_000 }),
        ['port: expected auto, or a number from 1 to 65535; got 70000'],
      ],
      [
        'with one host twice',
        yml({ hosts: ['tiny1', 'tiny1'] }),
        ['belay.yml:2:17: hosts[1]: expected each of the hosts once, not twice; got "tiny1"'],
      ],
      ['that is no YAML', 'app: [tiny\nhosts', ['belay.yml:2:', 'not valid YAML']],
      ['that is not UTF-8', null, []],
    ])('%s is refused with file, line and column', async (kind, text, expected) => {
      const { config } = await project(text);
      if (kind.endsWith('UTF-8'))
        await writeFile(config, Buffer.from('app: tiny\nuser: caf\xe9\n', 'latin1'));
      const called = await belay(['deploy', '--yes', '--config', config], server);
      expect(called.code).toBe(64);
      expectOneMessage(called, `${config}:`, ...expected);
      if (kind.endsWith('UTF-8')) expect(called.stderr).toContain('belay.yml:2:1: expected UTF-8');
    });
  });

  describe('a source', () => {
    afterEach(async () => expect(await visit(server, running)).toBe(before.page));
    afterAll(async () => expect(await stateOf(server)).toEqual(before));

    async function expectRefused({ config, source }: Project, ...texts: (string | RegExp)[]): Promise<void> {
      const called = await belay(['deploy', '--yes', '--config', config], server);
      expect(called.code).toBe(1);
      expectOneMessage(called, source, ...texts);
    }

    test('that is not there', async () => {
      const made = await project();
      await rm(made.source, { recursive: true });
      await expectRefused(made, 'expected the folder to deploy, nothing is there', 'Check `source`');
    });

    test('that is empty', async () => {
      const made = await project();
      await rm(made.source, { recursive: true });
      await mkdir(made.source);
      await expectRefused(made, 'expected files to deploy, found none: it is empty', 'Check `source`');
    });

    test('with symlinks out of itself', async () => {
      const made = await project();
      await symlink('../../elsewhere', join(made.source, 'up'));
      await symlink('/etc/passwd', join(made.source, 'absolute'));
      await expectRefused(
        made,
        '"up": a symlink to "../../elsewhere", which leads out of the source',
        '"absolute": a symlink to "/etc/passwd"; expected a relative target within the source',
        'leave it out with a line in .belayignore',
      );
    });

    test('with a name that holds a newline', async () => {
      await expectRefused(
        await project(yml(), { 'two\nlines.txt': 'x' }),
        String.raw`"two\nlines.txt": its name holds a control character; rename it`,
      );
    });

    test('with a name that is not UTF-8', async () => {
      const made = await project();
      await writeFile(Buffer.from(`${made.source}/caf\xe9.txt`, 'latin1'), 'x');
      await expectRefused(made, 'its name is not UTF-8 (bytes 636166e92e747874); rename it');
    });
  });

  describe('a host', () => {
    afterAll(async () => expect(await stateOf(server)).toEqual(before));

    test.concurrent.each<[string, { attempts: number; least: number; says: (string | RegExp)[] }]>([
      [
        'unresolved',
        {
          attempts: 1,
          least: 0,
          says: ['DNS has no address for no-such-host.invalid', 'Check the name in belay.yml'],
        },
      ],
      [
        'closed',
        {
          attempts: 4,
          least: 11,
          says: [/:2222 refuses connections \(ECONNREFUSED\)/, 'Check HostName and Port'],
        },
      ],
      [
        'silent',
        {
          attempts: 4,
          least: 31,
          says: ['did not complete the SSH handshake within 5 s', 'Check HostName and Port'],
        },
      ],
      [
        'web-server',
        {
          attempts: 4,
          least: 11,
          says: ['closed the connection before it greeted as an SSH server'],
        },
      ],
      [
        'wrong-key',
        {
          attempts: 1,
          least: 0,
          says: [/accepted none of: SHA256:\S+ of \S+stranger/, 'ssh-copy-id'],
        },
      ],
      [
        'other-host-key',
        {
          attempts: 1,
          least: 0,
          says: [/its key has changed: expected SHA256:\S+ .* came SHA256:\S+/, 'ssh-keygen -R'],
        },
      ],
      [
        'unknown-host-key',
        {
          attempts: 1,
          least: 0,
          says: [
            /ssh-ed25519 key SHA256:\S+ is not in known_hosts/,
            'StrictHostKeyChecking=ask unknown-host-key exit',
          ],
        },
      ],
    ])('%s ends the deployment soon, with the reason', async (host, { attempts, least, says }) => {
      const { config } = await project(yml({ hosts: [host] }));
      const { code, outcome, stderr } = await deploy(config, { ...server, sshConfig: ways.config });
      expect(outcome).toMatchObject({ outcome: 'failed', host, downtimeSeconds: 0 });
      expect(code).toBe(1);
      for (const text of [/^inspect: /, ...says]) expect(outcome.cause).toMatch(text);
      expectForPeople(stderr);
      // Whoever waits sees that it is tried again, and why. What fails at once and twice within a look is told once.
      const inspect = outcome.steps.find(({ name }) => name === 'inspect');
      expect(inspect).toMatchObject({ status: 'failed', attempts });
      const told = [...stderr.matchAll(/^↻ inspect: attempt (\d) failed.*the next .*Check /gm)];
      const last = attempts === 1 ? undefined : String(attempts - 1);
      expect(told.at(-1)?.[1]).toBe(last);
      expect(outcome.durationSeconds).toBeGreaterThan(least - 1);
      // However slow this machine is: soon, beside the minutes of a step.
      expect(outcome.durationSeconds).toBeLessThan(180);
      expect(await visit(server, running)).toBe(before.page);
    });
  });

  describe('a start command', () => {
    afterEach(async () => expect(await stateOf(server)).toEqual(before));

    test.each(['gunicornn {port}', './serve {port}'])('%s that is not there is refused', async (run) => {
      const { config } = await project(yml({ run }));
      const { code, outcome, stderr } = await deploy(config, server);
      expect(outcome.outcome).toBe('refused');
      expect(code).toBe(1);
      const program = run.split(' ')[0] ?? '';
      expect(outcome.findings.filter(({ severity }) => severity === 'block')).toEqual([
        expect.objectContaining({
          id: 'app.command',
          message: `The start command begins with "${program}", and www-data finds no such program.`,
          remedy: expect.stringContaining('correct `run`') as string,
        }),
      ]);
      expect(outcome.cause).toContain(program);
      expectForPeople(stderr);
    });
  });

  describe('a path that does not exist yet', () => {
    const app = { app: 'fresh', ...fresh, port: null };
    const nothing = `test ! -e ${fresh.path} && test ! -L ${fresh.path} && ! ss -Hltn | grep ':${fresh.port} '`;

    test('in a folder that does not exist either: says which, and leaves nothing', async () => {
      const { config } = await project(yml({ ...app, path: '/srv/no/such/app' }));
      const { code, outcome } = await deploy(config, server);
      expect(outcome.outcome).toBe('failed');
      expect(code).toBe(1);
      expect(outcome.cause).toContain(
        'expected the folder /srv/no/such, in which /srv/no/such/app is to lie; it is not there. Make it on the host',
      );
      expect(await stateOf(server)).toEqual(before);
    });

    test('is absent again where the first deployment ever fails when it is verified', async () => {
      const broken = { 'version.txt': 'broken 1\n' };
      const { config } = await project(yml({ ...app, rehearse: false }), broken);
      const { code, outcome, stderr } = await deploy(config, server);
      expect(outcome).toMatchObject({ outcome: 'rolled-back', previous: null, port: fresh.port });
      expect(code).toBe(3);
      expect(outcome.cause).toMatch(
        /GET \/ was expected to answer below 400; it answered 500, saying “version broken 1”/,
      );
      expectForPeople(stderr);
      expect(await server.exec(nothing)).toMatchObject({ code: 0 });
      const left = await server.exec(
        `find ${fresh.path}.belay/releases -mindepth 1; find /etc/systemd -name 'belay*'; systemctl list-units --all --plain --no-legend 'belay*'`,
      );
      expect(left.stdout).toBe('');
      expect(await visit(server, running)).toBe(before.page);
    });

    test('is made, with names that shells trip over, byte for byte', async () => {
      const made = await project(yml(app), oddFiles);
      await symlink('-rf', join(made.source, 'link to -rf'));
      await writeFile(join(made.source, '--run me.sh'), '#!/bin/sh\n', { mode: 0o755 });
      const first = await deploy(made.config, server);
      expect(first.outcome).toMatchObject({ outcome: 'succeeded', previous: null, port: fresh.port });
      expect(first.code).toBe(0);
      await expectArrived(made, 'version 2');

      // What the host has already is copied there: with such names too.
      await rename(join(made.source, "it's"), join(made.source, "it's renamed"));
      await rm(join(made.source, '--help'));
      await writeFile(join(made.source, '-dash dir/-x y'), 'changed');
      await writeFile(join(made.source, 'version.txt'), '3\n');
      const second = await deploy(made.config, server);
      expect(second.outcome).toMatchObject({ outcome: 'succeeded', previous: first.outcome.release });
      await expectArrived(made, 'version 3');
      expect(await visit(server, running)).toBe(before.page);
    });

    test('is refused for the same app in the same environment elsewhere: names would be of both', async () => {
      const elsewhere = '/srv/elsewhere';
      const { config } = await project(yml({ ...app, path: elsewhere }));
      const { code, outcome } = await deploy(config, server);
      expect(outcome.outcome).toBe('refused');
      expect(code).toBe(1);
      expect(outcome.findings.filter(({ severity }) => severity === 'block')).toContainEqual(
        expect.objectContaining({
          id: 'path.namesake',
          evidence: `production, at ${fresh.path} and at ${elsewhere}`,
        }),
      );
      expect(await server.exec(`test ! -e ${elsewhere} && test ! -e ${elsewhere}.belay`)).toMatchObject({
        code: 0,
      });
    });

    test('is put back by itself where the release dies while it is watched', async () => {
      const dying = serverPy.replace(
        'http.server.ThreadingHTTPServer',
        'import os, threading; threading.Timer(3, os._exit, [3]).start()\nhttp.server.ThreadingHTTPServer',
      );
      const files = { ...oddFiles, 'server.py': dying, 'version.txt': '4\n' };
      const { config } = await project(yml({ ...app, rehearse: false, soak: '60s' }), files);
      const { outcome } = await deploy(config, server);
      expect(outcome).toMatchObject({ outcome: 'rolled-back' });
      expect(outcome.cause).toMatch(
        /soak on tiny1, after \d+ of 60 s: .*(nothing listens|restart it|it is activating)/,
      );
      const proof = outcome.steps.find(({ name }) => name === 'verify')?.evidence?.join('\n');
      expect(proof).toContain(`through nginx at 127.0.0.1:80: GET http://${fresh.site}/ → 200`);
      expect(await visit(server, fresh)).toBe('200 version 3');
    });

    async function expectArrived({ source }: Project, page: string): Promise<void> {
      const here = await execa('sh', ['-c', digestsOf(source)], { stripFinalNewline: false });
      const there = await server.exec(digestsOf(`${fresh.path}/`));
      expect(there).toMatchObject({ code: 0, stdout: here.stdout });
      expect(here.stdout).toContain('link ./link to -rf -> -rf\n');
      expect(await visit(server, fresh)).toBe(`200 ${page}`);
    }
  });
});

const oddFiles: Record<string, string> = Object.fromEntries(
  [
    'with space.txt',
    ' leading',
    'trailing ',
    "it's",
    'say "hi"',
    '-rf',
    '--help',
    '-dash dir/-x y',
    'quo\'te/"$HOME" `id`',
    'back\\slash',
    '*',
    '[a]',
    '~',
    '#hash',
    '!bang',
    ';true',
    '%s %d',
    '&amp;',
    '$(id)',
    'Ünï 日本 🪢',
    'e\u0301 decomposed',
  ].map((name) => [name, `${name}\n\0\x01`]),
);
