import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createSandbox, layVersion, type SandboxServer } from '../../src/sandbox/index.js';
import { belay, deploy } from '../incident/belay.js';
import { readStatus } from '../incident/server-state.js';
import { describeOnServers, ownState } from '../on-servers.js';

/** Secrets where servers commonly have them: none may leave it. */
const plant = `
echo 'WORDS_SECRET=planted-in-a-file' >>/srv/words/.env
(crontab -l; echo '5 4 * * * PASSWORD=planted-in-cron /usr/local/bin/backup /srv') | crontab -
cd / && API_TOKEN=planted-in-pm2 pm2 restart words --update-env --silent </dev/null >/dev/null 2>&1
install -d /srv/bot && cd /srv/bot
BOT_TOKEN=planted-in-an-environment setsid python3 -c 'import time; time.sleep(1000)' --token planted-in-a-command \\
  </dev/null >/dev/null 2>&1 &
`;

/** The incident's server, to somebody who has the source and has never written a belay.yml. */
describeOnServers('a server that belay does not know yet', () => {
  ownState();
  let server: SandboxServer;

  beforeAll(async () => {
    const [up, made] = await Promise.all([belay(['up']), createSandbox({ name: 'words', like: 'incident' })]);
    expect(up.code, up.stderr).toBe(0);
    server = made;
    const planted = await server.exec(plant);
    expect(planted.code, planted.stderr).toBe(0);
  });

  test('inspect writes its document in every form, changes nothing and tells no secret', async () => {
    const before = await readStatus(server);
    const forms = [[], ['--markdown'], ['--json'], ['--path', '/srv/words', '--json']];
    const documents: string[] = [];
    for (const form of forms) {
      const { code, stdout, stderr } = await belay(['inspect', 'words', ...form], server);
      expect(code, stderr).toBe(0);
      expect(stdout + stderr).not.toMatch(/planted|only-on-this-server|Welcome back/);
      documents.push(stdout);
    }
    const [text = '', markdown = '', json = ''] = documents;
    expect(text).toContain('What would surprise you');
    for (const line of [
      '| words.example.test | 443 TLS | `127.0.0.1:9999` | gunicorn in /srv/words |',
      'A second copy of /srv/words, beside the one on 127.0.0.1:9999: pm2 entry words (id 0) of root.',
      'Something would start a second copy of /srv/words, beside the one on 127.0.0.1:9999: unit words.service.',
      'Something would start a second copy of /srv/words, beside the one on 127.0.0.1:9999: line 3 of crontab:root.',
      'gunicorn on 127.0.0.1:9999, of /srv/words: It was started by hand',
      'pm2 starts entry words of root anew on a schedule',
    ])
      expect(markdown).toContain(line);
    const { surprises, processes } = JSON.parse(json) as {
      surprises: { id: string }[];
      processes: { command: string[]; variables?: string[] }[];
    };
    expect(surprises.map(({ id }) => id)).toContain('process.by-hand');
    expect(processes.find(({ command }) => command.includes('-w'))?.variables).toContain('WORDS_GREETING');
    const { path, app, crontab, belay: own } = await readStatus(server);
    expect(own).toEqual([]);
    expect({ app, crontab, files: path.files }).toEqual({
      app: before.app,
      crontab: before.crontab,
      files: before.path.files,
    });
  });

  test('init, then deploy, and the new version serves; no file was written by hand', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'belay-words-'));
    await layVersion(folder, [], ['belay.yml']);
    const config = join(folder, 'belay.yml');
    try {
      await server.exec(`for page in / /tools/word-counter '/tools/word-counter?by=somebody' /tools/word-counter /shared/9f86d081884c7d65; do
        for scheme in 1 2; do curl -sk -o /dev/null -e https://words.example.test/ --resolve words.example.test:443:127.0.0.1 "https://words.example.test$page"; done; done`);
      // The sandbox's SSH configuration names one host.
      const { code, stdout, stderr } = await belay(['init', '--config', config], server);
      expect(code, stderr).toBe(0);
      expect(stdout).toMatch(/^wrote .*belay\.yml\n/);
      const written = await readFile(config, 'utf8');
      for (const line of [
        'hosts: [words]',
        'path: /srv/words',
        'run: gunicorn -w 2 -b {bind} app:app',
        'user: www-data',
        'site: words.example.test',
        'port: auto',
        'shared: [.env, data]',
        '  internal: [/tools/word-counter, /]',
        '  external: [https://words.example.test/tools/word-counter, https://words.example.test/]',
        '# nginx leads to port 9999 (/etc/nginx/sites-enabled/words:14)',
      ])
        expect(written.split('\n')).toContain(line);

      const again = await belay(['init', 'words', '--config', config], server);
      expect(again.code).toBe(64);
      expect(again.stderr).toContain('is there already, and init never overwrites');
      expect(await readFile(config, 'utf8')).toBe(written);

      const deployed = await deploy(config, server);
      expect(deployed.outcome, deployed.stderr).toMatchObject({
        outcome: 'succeeded',
        host: 'words',
        port: 9999,
      });
      const page = await server.exec(
        'curl -sik --resolve words.example.test:443:127.0.0.1 https://words.example.test/tools/word-counter',
      );
      expect(page.stdout).toMatch(/^HTTP\/1\.1 200 /);
      expect(page.stdout).toMatch(/^x-words-version: 2\r?$/im);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
