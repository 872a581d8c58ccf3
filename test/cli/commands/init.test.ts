import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../../src/domain/runbook/activities.js';
import { failureTypes } from '../../../src/domain/runbook/failure.js';
import type { SurveyInput } from '../../../src/domain/environment/survey.js';
import { sshHosts } from '../../../src/cli/input/ssh-hosts.js';
import { appsSurvey } from '../../fixtures/facts/load.js';
import { django, flask } from '../../init/sources.js';
import { cli, Temporal, type CliOptions, type Ran } from '../harness.js';
import { temporaryFolder } from '../../temporary.js';

let temporal: Temporal;
const inputs: SurveyInput[] = [];

beforeAll(async () => {
  temporal = await Temporal.start();
}, 120_000);

afterAll(() => temporal.stop());

const seen: Partial<Activities> = {
  survey: (input) => {
    inputs.push(input);
    const hostOnly = [
      { path: 'db.sqlite3', size: 1, modified: 1, fate: 'uncovered' as const },
      { path: 'shop.py.bak', size: 1, modified: 1, fate: 'uncovered' as const },
    ];
    return Promise.resolve({
      survey: appsSurvey(input.path),
      hostOnly: input.artifact === undefined ? [] : hostOnly,
      answers: (input.ask?.pages ?? []).map((page) => ({ page, status: page === '/health' ? 200 : 404 })),
    });
  },
};

function run(args: string[], options: CliOptions = {}, overrides = seen): Promise<Ran> {
  inputs.length = 0;
  return temporal.serving(overrides, () => cli(args, options));
}

/** A folder with a source in it, and with an SSH configuration beside it. */
async function folderOf(texts: ReadonlyMap<string, string>, sshConfig: string) {
  const top = await temporaryFolder('belay-init-');
  const cwd = join(top, 'word-counter');
  await mkdir(cwd);
  for (const [path, text] of texts) {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), text);
  }
  await writeFile(join(top, 'config'), sshConfig);
  return { cwd, env: { BELAY_SSH_CONFIG: join(top, 'config') } };
}

describe('belay init', { timeout: 60_000 }, () => {
  it('writes belay.yml for the only host, says what it found and what is left open, and never overwrites', async () => {
    const folder = await folderOf(django.texts, 'Host apps\n  HostName 192.0.2.1\nHost *\n  User root\n');
    const ran = await run(['init'], folder);
    expect(ran.stderr).toContain('looking at apps\n');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^wrote belay\.yml and \.belayignore\n/);
    expect((await readFile(join(folder.cwd, '.belayignore'), 'utf8')).split('\n').slice(1, 3)).toEqual([
      '/belay.yml',
      '/.belayignore',
    ]);
    expect(ran.stdout).toMatch(/unit +shop\.service +what keeps the process on .* goes on keeping it/);
    expect(ran.stdout).toContain('! only on the server, and not clearly data: shop.py.bak;');
    expect(ran.stdout).toMatch(/\nnext {2}belay plan\n$/);
    expect(inputs.map(({ path, folders, ask }) => [path, folders, ask?.bind.kind])).toEqual([
      [undefined, true, undefined],
      ['/srv/shop', undefined, 'socket'],
    ]);
    const written = await readFile(join(folder.cwd, 'belay.yml'), 'utf8');
    expect(written).toContain('shared: [db.sqlite3]');
    // The unit gives it what it needs.
    expect(written).toContain('unit: shop.service\n');
    expect(written).toContain('# run: gunicorn --workers 2 --bind {bind} shop.wsgi:application\n');
    expect(written).toContain('env_file: /etc/shop.env\n');
    expect(written).not.toContain('DATABASE_PASSWORD');
    expect(written).toContain('# asked of the app itself; /health answers 200 now\n  internal: [/health]');

    const again = await run(['init'], folder);
    expect(again).toMatchObject({ code: 64, stdout: '' });
    expect(again.stderr).toContain('belay.yml is there already, and init never overwrites');
    expect(await readFile(join(folder.cwd, 'belay.yml'), 'utf8')).toBe(written);
  });

  it('lists the answers there are, with the option that gives one, where nobody can be asked', async () => {
    const folder = await folderOf(flask.texts, '');
    const ran = await run(['init', 'apps'], folder);
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toContain('no folder on the server looks like this source');
    expect(ran.stderr).toContain('  /srv/shop  (the process on /run/shop/shop.sock works there');
    expect(ran.stderr).toContain('say it with --path\n');
  });

  it('asks a person, who may choose by number or in words', async () => {
    const folder = await folderOf(flask.texts, 'Host a b\n');
    const ran = await run(['init'], {
      ...folder,
      terminal: { columns: 100, rows: 30 },
      answers: ['9', '2', '/srv/words'],
    });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('names 2 hosts');
    expect(ran.stderr).toContain('(/srv/word-counter): ');
    expect(ran.stdout).toContain('nginx leads nowhere near: give it a proxy_pass to http://127.0.0.1:8001');
    const written = await readFile(join(folder.cwd, 'belay.yml'), 'utf8');
    expect(written).toContain('hosts: [b]');
    expect(written).toContain('path: /srv/words');
    expect(written).toContain('run: gunicorn -b {bind} app:app');
  });

  it('refuses an answer that fits nothing, and a source that is empty', async () => {
    const folder = await folderOf(django.texts, '');
    const odd = await run(['init', 'apps', '--site', 'nobody.example.test'], folder);
    expect(odd.code).toBe(64);
    expect(odd.stderr).toContain('not from nobody.example.test');
    expect(odd.stderr).toContain('  shop.example.test  (');
    const empty = await run(['init', 'apps'], await folderOf(new Map(), ''));
    expect(empty.code).toBe(1);
    expect(empty.stderr).toContain('expected files to deploy, found none');
  });

  it('knows the hosts that an SSH configuration names, also in files that it includes', async () => {
    const folder = await temporaryFolder('belay-ssh-');
    await mkdir(join(folder, 'parts', 'one'), { recursive: true });
    await writeFile(join(folder, 'parts', 'one', 'ssh_config'), 'host=web3 "web 4"\n');
    await writeFile(
      join(folder, 'config'),
      'Include parts/*/ssh_config\n# Host no\n  Host web1 !web2 *.x web1\nHostName y\nInclude config\n',
    );
    expect(await sshHosts(join(folder, 'config'))).toEqual(['web3', 'web 4', 'web1']);
    expect(await sshHosts(join(folder, 'absent'))).toEqual([]);
  });
});

describe('belay inspect', { timeout: 60_000 }, () => {
  it('prints one server in three forms, none with a secret', async () => {
    const text = await run(['inspect', 'apps']);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^apps {2}as it was at 2026-/);
    expect(text.stdout).toContain('nginx.silent-backend');
    expect(text.stdout).toMatch(/127\.0\.0\.1:4000 +node \/srv\/chat\/server\.js/);

    const markdown = await run(['inspect', 'apps', '--markdown']);
    expect(markdown.stdout).toMatch(/^# The server apps\n/);
    expect(markdown.stdout).toContain(
      '| shop.example.test | 443 TLS | `unix:/run/shop/shop.sock` | gunicorn in /srv/shop |',
    );
    expect(markdown.stdout).toContain('| pages.example.test | 443 TLS |  | files of /srv/pages |');

    const json = await run(['inspect', 'apps', '--json']);
    const found = JSON.parse(json.stdout) as {
      host: string;
      surprises: { id: string }[];
      units: { unit: string }[];
    };
    expect(found.host).toBe('apps');
    expect(found.surprises.map(({ id }) => id)).toContain('unit.crash-loop');
    expect(found.units.map(({ unit }) => unit)).toContain('shop.service');

    for (const { stdout, stderr } of [text, markdown, json]) expect(stdout + stderr).not.toContain('planted');
  });

  it('is about one app where a path is given', async () => {
    const ran = await run(['inspect', 'apps', '--path', '/srv/chat/', '--markdown']);
    expect(ran.stdout).toMatch(/^# \/srv\/chat on apps\n/);
    expect(ran.stdout).toContain('chat.example.test');
    expect(ran.stdout).not.toContain('shop');
    expect(inputs[0]).toMatchObject({ path: '/srv/chat' });
    expect(await run(['inspect', 'apps', '--path', 'srv/chat'])).toMatchObject({ code: 64, stdout: '' });
  });

  it('says why a server cannot be looked at', async () => {
    const unknown = {
      survey: () =>
        Promise.reject(
          ApplicationFailure.create({ message: 'web9 is not known', type: failureTypes.hostUnknown }),
        ),
    };
    const ran = await run(['inspect', 'web9'], {}, unknown);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('error: web9 is not known\n');
    expect(ran.stderr).not.toMatch(/^ +at /m);
  });
});
