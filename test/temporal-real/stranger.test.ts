import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { NotifyInput } from '../../src/domain/app/channels.js';
import { connect } from '../../src/temporal/connect.js';
import { belay } from '../incident/belay.js';
import { deployInput } from '../workflows/fakes.js';
import { Stranger } from './stranger.js';

const secret = 'zq7-secret-of-root';
const isRoot = process.getuid?.() === 0;

// The embedded Temporal has no login. What its worker reads, runs and sends on this machine is its own user's to say.
describe.skipIf(!isRoot)(
  'another user of this machine, who reaches the embedded Temporal (needs root)',
  () => {
    let folder: string;
    let stranger: Stranger;
    let mail: SMTPServer;
    let mailed = '';

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'belay-own-'));
      for (const name of Object.keys(process.env))
        if (/^(BELAY|TEMPORAL)_/.test(name) && name !== 'BELAY_TEMPORAL_CLI') vi.stubEnv(name, undefined);
      vi.stubEnv('BELAY_STATE_DIR', join(folder, 'state'));
      await writeFile(join(folder, 'secret'), `${secret}\n`, { mode: 0o600 });
      stranger = await Stranger.arrives();
      mail = new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS'],
        allowInsecureAuth: true,
        onAuth: ({ username, password }, _, done) => {
          mailed += password ?? '';
          done(null, { user: username ?? '' });
        },
        onData: (stream, _, done) => {
          stream.resume().on('end', done);
        },
      });
      await new Promise<void>((listening) => mail.listen(0, '127.0.0.1', listening));
      expect((await belay(['up'])).code).toBe(0);
    });
    afterAll(async () => {
      await belay(['down', '--now']);
      await new Promise<void>((closed) => mail.close(closed));
      await stranger.leaves();
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true, force: true });
    });

    /** What a workflow came to, as text. */
    async function endOf(workflowId: string): Promise<string> {
      const client = await connect();
      try {
        const handle = client.workflow.getHandle(workflowId);
        return await handle.result().then(
          (result) => JSON.stringify(result),
          (error: unknown) => said(error),
        );
      } finally {
        await client.connection.close();
      }
    }

    /** Starts a deployment to a host that does not answer, so that it goes on for a while. */
    async function deploying(app: string): Promise<string> {
      await mkdir(join(folder, app), { recursive: true });
      await writeFile(join(folder, 'ssh.conf'), 'Host web1\n  HostName 127.0.0.1\n  Port 1\n');
      await writeFile(
        join(folder, app, 'belay.yml'),
        `app: ${app}\nhosts: [web1]\npath: /srv/words\nrun: python3 app.py {port}\n`,
      );
      const options = ['--ssh-config', join(folder, 'ssh.conf'), '--config', join(folder, app, 'belay.yml')];
      const { stdout, stderr } = await belay(['deploy', '--detach', ...options]);
      expect(stdout, stderr).toContain(`${app}/production/web1`);
      return `${app}/production/web1`;
    }

    /** What the command line says of a deployment once it is over. */
    async function overOf(id: string): Promise<string> {
      await endOf(`belay/${id}`);
      const [status, report] = await Promise.all([belay(['status', id]), belay(['report', id])]);
      return `${status.stdout}\n${report.stdout}`;
    }

    test('has none of his programs run by an SSH configuration of his', async () => {
      await stranger.does(
        `printf 'Match exec "id >${stranger.folder}/ran"\\n  HostName 127.0.0.1\\n' >${stranger.folder}/config; chmod 666 ${stranger.folder}/config`,
      );
      const sshConfig = join(stranger.folder, 'config');
      await stranger.starts('inspect', 'belay-inspect/his', {
        reach: { alias: 'his', sshConfig },
        startedBy: 'root@vm',
      });
      expect(await endOf('belay-inspect/his')).toContain(
        `${sshConfig} is named in Temporal as an SSH configuration`,
      );
      expect(existsSync(join(stranger.folder, 'ran'))).toBe(false);
    });

    test('has no file of the worker’s shown by taking it for an SSH configuration', async () => {
      await stranger.starts('inspect', 'belay-inspect/file', {
        reach: { alias: 'file', sshConfig: join(folder, 'secret') },
        startedBy: 'root@vm',
      });
      const end = await endOf('belay-inspect/file');
      expect(end).toContain('is named in Temporal as an SSH configuration');
      expect(end).not.toContain(secret);
    });

    test('has no secret of the worker’s sent to him, from a file or from its environment', async () => {
      const { port } = mail.server.address() as { port: number };
      const to = {
        kind: 'email',
        smtp: `127.0.0.1:${port}`,
        from: 'a@x.test',
        to: ['b@x.test'],
        user: 'x',
        tls: 'off',
      };
      const channel = (name: string, password: object) =>
        ({ name, on: ['outcome'], to: { ...to, password } }) as NotifyInput['channel'];
      await stranger.starts('notify', 'belay-notify/his', {
        channels: [channel('file', { file: join(folder, 'secret') }), channel('env', { env: 'PATH' })],
        app: 'words',
        environment: 'production',
        host: 'his',
        startedBy: 'root@vm',
      });
      const end = await endOf('belay-notify/his');
      expect(mailed).toBe('');
      expect(end.match(/is named in Temporal as a channel/g)).toHaveLength(2);
    });

    test('leads no step out of the worker’s folders by what an artifact or a release is called', async () => {
      await mkdir(join(folder, 'beside'));
      await writeFile(join(folder, 'beside', 'x.json'), '{"digest":"x","entries":[]}');
      const artifact = '../../../beside/x';
      const input = { ...deployInput(), artifact, reach: { alias: 'his.invalid' } };
      await stranger.starts('deploy', 'belay/words/production/artifact', input);
      const end = await endOf('belay/words/production/artifact');
      expect(end).toContain('expected the digest of an artifact');

      await stranger.starts('deploy', 'belay/words/production/release', {
        ...input,
        artifact: 'a'.repeat(64),
        release: '../../../../beside',
      });
      expect(await endOf('belay/words/production/release')).toContain('expected the name of a release');
    });

    test('makes no shell’s word of the name of a host', async () => {
      await stranger.starts('inspect', 'belay-inspect/word', {
        reach: { alias: '$(id>/tmp/x)' },
        startedBy: 'root@vm',
      });
      expect(await endOf('belay-inspect/word')).toContain("A host's name cannot be");
    });

    test('finds what the worker’s own user names of use to nobody else', async () => {
      const config = join(folder, 'ssh.conf');
      await writeFile(config, 'Host own\n  HostName own.invalid\n');
      const { stderr } = await belay(['inspect', 'own', '--ssh-config', config]);
      expect(stderr).toContain('ENOTFOUND own.invalid');
      expect(await readdir(join(folder, 'state', 'artifacts', 'named'))).toHaveLength(1);
    });

    test('who signals in another’s name is shown as somebody who says so', async () => {
      const id = await deploying('named');
      await stranger.signals(`belay/${id}`, 'approve', { by: 'kim@laptop' });
      await stranger.signals(`belay/${id}`, 'abort', { by: 'kim@laptop', reason: 'his' });
      const over = await overOf(id);
      expect(over).toContain('approved by someone who says they are kim@laptop');
      expect(over).toContain('abort asked for by someone who says they are kim@laptop: his');
      expect(over).not.toMatch(/by kim@laptop/);
    });

    test('with a key starts nothing, and no signal of his counts', async () => {
      const { stdout } = await belay(['codec', 'key', join(folder, 'keys')]);
      expect(stdout).toBe(`export BELAY_CODEC_KEY_FILE=${join(folder, 'keys')}`);
      vi.stubEnv('BELAY_CODEC_KEY_FILE', join(folder, 'keys'));
      expect((await belay(['down'])).code).toBe(0);
      expect((await belay(['up'])).code).toBe(0);

      await stranger.starts('inspect', 'belay-inspect/unsealed', {
        reach: { alias: 'web1' },
        startedBy: 'root@vm',
      });
      expect(await endOf('belay-inspect/unsealed')).toContain('the input does nothing: it is not sealed');

      const id = await deploying('sealed');
      await stranger.signals(`belay/${id}`, 'abort', { by: 'kim@laptop', reason: 'his' });
      await stranger.signals(`belay/${id}`, 'approve');
      const over = await overOf(id);
      expect(over).toMatch(
        /abort.*someone who says they are kim@laptop.*it is not sealed with the codec’s key/,
      );
      expect(over).toMatch(/failed after/);
      expect(over).not.toMatch(/aborted by/);
    });
  },
);

function said(error: unknown): string {
  const own = error instanceof Error ? error.message : String(error);
  return error instanceof Error && error.cause !== undefined ? `${own}\n${said(error.cause)}` : own;
}
