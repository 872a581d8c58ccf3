import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlanOutput } from '../../src/cli/output/schema.js';
import type { SandboxServer } from '../../src/sandbox/index.js';
import { belay, deploy, type Called } from '../incident/belay.js';
import { nodeApp } from './servers/app.js';
import { makeProject, yml, type Project } from './bad-input/project.js';
import { createSite, fresh, running, serverPy, visit } from './bad-input/site.js';
import { arrangeMallory, marks } from './hostile/looked-at.js';
import { arrangeHugo, arrangeNames, ofRoot } from './hostile/owner.js';
import { describeOnServers, ownState } from '../on-servers.js';

/** A server whose users are against whoever deploys there: one beside the app, and one whose pm2 keeps it. */
describeOnServers('deployments among hostile users', () => {
  ownState();
  let server: SandboxServer;
  let tiny: Project;
  let words: Project;
  const said: Called[] = [];
  const projects: Project[] = [];

  beforeAll(async () => {
    const [up] = await Promise.all([belay(['up']), createSite().then((made) => (server = made))]);
    expect(up.code, up.stderr).toBe(0);
    await on(`mkdir -p ${fresh.path}
cat >${fresh.path}/server.js <<'END'
${nodeApp({ number: 1 })}END`);
    await on(arrangeMallory);
    await on(arrangeHugo);
    await on(arrangeNames);
    tiny = await makeProject(yml({ shared: [], discard: ['odd*'] }), { 'server.py': speaks });
    words = await makeProject(
      yml({
        app: 'fresh',
        path: fresh.path,
        site: fresh.site,
        user: 'hugo',
        run: 'node server.js',
        manager: 'systemd',
        discard: ['node', 'pm2', 'sh', 'cat', 'mv', 'chown'],
      }),
      { 'server.js': nodeApp({ number: 2 }) },
    );
    projects.push(tiny, words);
  });

  afterAll(async () => {
    await Promise.all(projects.map((project) => project.remove()));
  });

  async function on(command: string): Promise<string> {
    const { code, stdout, stderr } = await server.exec(`PATH=/usr/sbin:/usr/bin:/sbin:/bin\n${command}`);
    expect(code, stderr + stdout).toBe(0);
    return stdout.trim();
  }

  /** What was run or reached of theirs: as nobody but themselves. */
  async function nothingAsRoot(): Promise<void> {
    const lines = (await on(marks)).split('\n');
    expect(lines.filter((line) => / 0$/.test(line))).toEqual([]);
    expect(lines.filter((line) => !/^(?:hugo|pm2) /.test(line) && line !== '')).toEqual([]);
    expect(await on(ofRoot)).toBe('roots\nroot 600\nsleep');
  }

  async function told(args: string[]): Promise<Called> {
    const called = await belay(args, server);
    said.push(called);
    return called;
  }

  test('inspect, init and the plans run nothing of theirs as root', async () => {
    for (const form of [[], ['--markdown'], ['--json']]) await told(['inspect', server.name, ...form]);
    const unknown = await makeProject(null);
    projects.push(unknown);
    const init = await told(['init', server.name, '--path', running.path, '--config', unknown.config]);
    expect(init.code, init.stderr).toBe(0);
    for (const form of [[], ['--markdown']]) await told(['plan', ...form, '--config', tiny.config]);
    await told(['plan', '--json', '--config', words.config]);
    const { plan, findings } = JSON.parse(said.at(-1)?.stdout ?? '') as PlanOutput;
    expect(findings.filter(({ severity }) => severity === 'block')).toEqual([]);
    expect(plan?.actions.join('\n')).toContain('pm2 entry fresh');
    await nothingAsRoot();
  });

  test('a deployment beside them, what it says, its health watch and its rollback too', async () => {
    const { outcome, stderr } = await deploy(tiny.config, server);
    expect(outcome, stderr).toMatchObject({ outcome: 'succeeded' });
    expect(await visit(server, running)).toBe('200 version 2');
    const monitor = await told(['monitor', 'on', '--every', '24h', '--config', tiny.config]);
    expect(monitor.stdout, monitor.stderr).toContain('healthy');
    await told(['monitor', 'off', '--config', tiny.config]);
    const logs = await told(['logs', '--config', tiny.config]);
    expect(logs.stdout).toContain('it speaks');
    for (const format of ['md', 'html']) await told(['report', '--format', format, '--config', tiny.config]);
    await told(['status', '--config', tiny.config]);
    const back = await told(['rollback', '--config', tiny.config]);
    expect(back.code, back.stdout + back.stderr).toBe(0);
    expect(await visit(server, running)).toBe('200 version 1');
    await nothingAsRoot();
  });

  test('a deployment in the place of hugo’s pm2 entry, and the way back to it', async () => {
    const { outcome, stderr } = await deploy(words.config, server);
    expect(outcome, stderr).toMatchObject({ outcome: 'succeeded' });
    expect(await visit(server, fresh)).toBe('200 version 2');
    await nothingAsRoot();
    // His entry is to have it again. He has led its logs into root's folder, where pm2 may not write as him: root does it no more
    // than pm2, and what serves goes on serving.
    const back = await told(['rollback', '--config', words.config]);
    expect(back.code, back.stdout + back.stderr).toBe(3);
    expect(back.stdout + back.stderr).toContain('EACCES');
    expect(await visit(server, fresh)).toBe('200 version 2');
    await nothingAsRoot();
    await on('rm /home/hugo/.pm2/logs; install -d -o hugo /home/hugo/.pm2/logs');
    const again = await told(['rollback', '--config', words.config]);
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect(await visit(server, fresh)).toBe('200 version 1');
    await nothingAsRoot();
  });

  test('nothing that was said of the server acts on who reads it', () => {
    expect(said.length).toBeGreaterThan(12);
    for (const { stdout, stderr } of said) {
      expect(`${stdout}${stderr}`).not.toMatch(acting);
      expect(stdout).not.toMatch(/^# heading|[^\\]\[x\]\(https:\/\/evil/m);
    }
  });
});

// eslint-disable-next-line no-control-regex
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

/** The app, which writes what acts on a terminal as it starts. */
const speaks = serverPy.replace(
  'class Handler',
  "print('\\x1b]0;owned\\x07 it speaks', file=sys.stderr, flush=True)\n\n\nclass Handler",
);
