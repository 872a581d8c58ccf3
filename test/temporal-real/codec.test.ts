import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { until } from '../../src/sandbox/wait.js';
import { connect, uiLink } from '../../src/temporal/connect.js';
import { embedded } from '../../src/temporal/server/embedded.js';
import { workerProcess } from '../../src/temporal/worker/process.js';
import { closeBrowser, executablePath, loadByNode, openBrowser } from '../browser.js';
import { textOf } from '../histories/plain.js';
import { belay, type Called } from '../incident/belay.js';
import { temporalCli } from '../temporal-cli.js';

/** All that must not be read without the key begins so, and nothing else does. */
const mark = 'zq7planted';
const id = 'words/production/web1';

// A deployment to a host that does not exist: its input, a step that is done and one that fails, and nothing to wait for.
describe('what belay writes into Temporal where a key is configured', () => {
  let folder: string;
  let keys: string;
  let deployed: Called;

  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
    folder = await mkdtemp(join(tmpdir(), 'belay-codec-'));
    keys = join(folder, 'keys');
    await mkdir(join(folder, 'src'));
    await writeFile(join(folder, 'src', 'app.py'), 'print("words")\n');
    await writeFile(
      join(folder, 'belay.yml'),
      `app: words\nhosts: [web1]\npath: /srv/words\nsource: src\nrun: python3 app.py {port}\nenv: { SETTING: ${mark}-setting }\n`,
    );
    await writeFile(join(folder, 'ssh.conf'), `Host web1\n  HostName ${mark}.invalid\n  User root\n`);
    await configure('2025');
    for (const name of Object.keys(process.env))
      if (/^(BELAY|TEMPORAL)_/.test(name)) vi.stubEnv(name, undefined);
    vi.stubEnv('BELAY_STATE_DIR', join(folder, 'state'));
    vi.stubEnv('BELAY_SSH_CONFIG', join(folder, 'ssh.conf'));
    vi.stubEnv('BELAY_CODEC_KEY_FILE', keys);
    deployed = await deploy();
  });
  afterAll(async () => {
    await belay(['down', '--now']);
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  const made = new Map<string, string>();

  /** Writes the file of keys: these, the first of them new ones encrypt with. */
  async function configure(...ids: string[]): Promise<void> {
    const lines = ids.map((name) => {
      made.set(name, made.get(name) ?? randomBytes(32).toString('base64'));
      return `${name}:${made.get(name) ?? ''}\n`;
    });
    await writeFile(keys, lines.join(''));
  }

  const deploy = () => belay(['deploy', '--yes', '--config', join(folder, 'belay.yml')]);

  /** Without any key. */
  async function keyless(...args: string[]): Promise<Called> {
    vi.stubEnv('BELAY_CODEC_KEY_FILE', undefined);
    try {
      return await belay(args);
    } finally {
      vi.stubEnv('BELAY_CODEC_KEY_FILE', keys);
    }
  }

  /** As Temporal's own CLI shows it, to whoever can reach the server. */
  async function history(): Promise<History> {
    const { stdout } = await execa(await temporalCli(), [
      ...['workflow', 'show', '--output', 'json', '--address', embedded()?.address ?? ''],
      ...['--workflow-id', `belay/${id}`],
    ]);
    return JSON.parse(stdout) as History;
  }

  test('cannot be read in its history', async () => {
    expect(deployed.code, deployed.stderr).toBe(1);
    const raw = await history();
    const types = raw.events.map(({ eventType }) => eventType);
    expect(types).toContain('EVENT_TYPE_ACTIVITY_TASK_COMPLETED');
    expect(types).toContain('EVENT_TYPE_ACTIVITY_TASK_FAILED');
    expect(keyIds(raw)).toEqual(['2025']);
    for (const plain of [mark, 'SETTING', '/srv/words'])
      expect(`${JSON.stringify(raw)}${textOf(raw)}`.includes(plain), plain).toBe(false);
  });

  test('is shown by the command line with the key', async () => {
    const why = `DNS has no address for ${mark}.invalid`;
    expect(deployed.stdout).toContain(why);
    expect((await belay(['status', id])).stdout).toContain(why);
    expect((await belay(['report', id])).stdout).toContain(why);
  });

  test('is decoded for the Web UI’s page with the token, and for nobody else', async () => {
    const server = embedded() ?? expect.fail('no Temporal');
    const { payloads } = (await history()).events[0].workflowExecutionStartedEventAttributes.input;
    const link = (await belay(['codec', 'link'])).stdout;
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}$/);
    const ask = (origin: string, at = link) =>
      fetch(`${at}/decode`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: JSON.stringify({ payloads }),
      });
    const own = await ask(server.ui);
    expect(own.headers.get('access-control-allow-origin')).toBe(server.ui);
    expect(textOf(await own.json())).toContain(`${mark}-setting`);
    const stranger = await ask(server.ui, new URL(link).origin);
    expect([stranger.status, await stranger.text()]).toEqual([401, expect.not.stringContaining('payloads')]);
    const other = await ask('http://evil.example.test');
    expect(other.status).toBe(403);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(await other.text()).not.toContain('payloads');
  });

  test.skipIf(!existsSync(executablePath))('is to be read in the Web UI', async () => {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
      await loadByNode(page);
      // As its dialog keeps them.
      const link = (await belay(['codec', 'link'])).stdout;
      await page.addInitScript(
        `localStorage.setItem('endpoint', ${JSON.stringify(JSON.stringify(link))});` +
          `localStorage.setItem('overrideRemoteCodecConfiguration', 'true');`,
      );
      await page.goto(uiLink(`belay/${id}`) ?? expect.fail('no Web UI'), { waitUntil: 'domcontentloaded' });
      const shown = await until(
        async () => ((await page.locator('body').innerText()).includes(`${mark}-setting`) ? true : undefined),
        { deadlineMs: 60_000 },
      );
      expect(shown).toBe(true);
    } finally {
      await closeBrowser(browser);
    }
  });

  test('stays readable after rotation, as long as the old key is kept', async () => {
    await configure('2026', '2025');
    expect((await belay(['status', id])).stdout).toContain(mark);
    expect((await deploy()).code).toBe(1);
    expect(keyIds(await history())).toEqual(['2026']);

    await configure('2025');
    const { code, stderr } = await belay(['status', id]);
    expect(code).toBe(1);
    expect(stderr).toContain('encrypted with the key 2026; configured here: 2025.');
  });

  test('keeps its worker where a command that lacks the key would put one without it in its place', async () => {
    const client = await connect();
    await client.workflow.start('deploy', { taskQueue: 'nobody', workflowId: 'belay/held', args: [mark] });
    await client.connection.close();
    const worker = workerProcess();
    const { code, stderr } = await keyless('watch', id);
    expect(code).toBe(1);
    expect(stderr).toContain('belay/held is under way, and cannot be read here: a payload in Temporal');
    expect(workerProcess()?.pid).toBe(worker?.pid ?? expect.fail('no worker'));
  });

  test('is not shown without it: the command says which is missing, and what to do', async () => {
    const missing =
      'a payload in Temporal is encrypted with the key 2026; no key is configured here. ' +
      'Configure it (BELAY_CODEC_KEY_FILE, BELAY_CODEC_KEY_COMMAND)';
    const { code, stderr, stdout } = await keyless('status', id);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`error: ${missing}`);
    expect(stderr).not.toMatch(/defect|^ +at /m);
    expect((await keyless('list')).stdout).toContain(id);
  });
});

interface History {
  events: [
    { eventType: string; workflowExecutionStartedEventAttributes: { input: { payloads: object[] } } },
    ...{ eventType: string }[],
  ];
}

/** Which keys have encrypted something of it. */
function keyIds(history: History): string[] {
  const found = JSON.stringify(history).matchAll(/"encryption-key-id":"([^"]+)"/g);
  return [...new Set([...found].map(([, id]) => Buffer.from(id ?? '', 'base64').toString()))];
}
