import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlanOutput } from '../../src/cli/output/schema.js';
import type { SandboxServer } from '../../src/sandbox/index.js';
import { belay } from '../incident/belay.js';
import { makeProject, yml, type Project } from './bad-input/project.js';
import { createSite, running, visit } from './bad-input/site.js';
import { describeOnServers, ownState } from '../on-servers.js';

/** A plan changes nothing, also where it boots the new version: the whole server is the same before and after. */
describeOnServers('a plan on a real server', () => {
  ownState();
  let server: SandboxServer;
  let before: string[];
  const projects: Project[] = [];

  beforeAll(async () => {
    const [up] = await Promise.all([belay(['up']), createSite().then((made) => (server = made))]);
    expect(up.code, up.stderr).toBe(0);
    await server.exec(`python3 -m venv --without-pip ${running.path}/.venv`);
    before = await everything(server);
  });

  afterAll(async () => {
    for (const project of projects) await project.remove();
  });

  async function plan(files: Record<string, string>, ...options: string[]) {
    const project = await makeProject(yml({ run: '.venv/bin/python server.py {port}' }), files);
    projects.push(project);
    const called = await belay(['plan', '--json', ...options, '--config', project.config], server);
    const after = await everything(server);
    return {
      code: called.code,
      output: JSON.parse(called.stdout) as PlanOutput,
      changed: [
        ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
        ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
      ],
    };
  }

  test('leaves no file and no process behind', async () => {
    const { code, output, changed } = await plan({});
    expect(output).toMatchObject({ outcome: 'succeeded', plan: { files: { changedCount: 1 } } });
    expect(code).toBe(0);
    expect(changed).toEqual([]);
  });

  test('nor does its rehearsal, which tells what the pages answered', async () => {
    const { code, output, changed } = await plan({}, '--rehearse');
    const finding = output.findings.find(({ id }) => id === 'app.rehearsal');
    expect(finding, JSON.stringify(output.findings)).toMatchObject({ severity: 'info' });
    expect(finding?.evidence).toMatch(/^rehearsed: GET \/ → 200 in \d+ ms$/m);
    expect(output.steps.map(({ name }) => name)).not.toContain('claim');
    expect(code).toBe(0);
    expect(changed).toEqual([]);
  });

  test('nor where the new version does not come up: its log is quoted, and a deployment would be refused', async () => {
    const broken = { 'server.py': `raise RuntimeError('no tools today')\n` };
    const { code, output, changed } = await plan(broken, '--rehearse');
    expect(output.outcome).toBe('refused');
    expect(output.findings.filter(({ severity }) => severity === 'block')).toEqual([
      expect.objectContaining({
        id: 'app.rehearsal',
        message: expect.stringMatching(/^rehearsal on tiny1: .*it ended before it listened/) as string,
        evidence: expect.stringContaining('RuntimeError: no tools today') as string,
      }),
    ]);
    expect(code).toBe(1);
    expect(changed).toEqual([]);
    expect(await visit(server, running)).toBe('200 version 1');
  });
});

/**
 * Every file with owner, mode, size and time of change, every folder with owner and mode, and every process with its start; but
 * for logs, what the kernel shows, and what comes of logging in.
 */
async function everything(server: SandboxServer): Promise<string[]> {
  const { code, stdout, stderr } = await server.exec(`set -eu
find / \\( ${notCompared.map((path) => `-path ${path}`).join(' -o ')} \\) -prune -o -type d -printf '%p/ %m %U:%G\\n' -o \\
  -printf '%p %m %U:%G %s %T@ %l\\n'
systemctl list-units --all --plain --no-legend --type=service | awk '{ print "unit", $1, $2, $3, $4 }'
for process in /proc/[0-9]*; do
  if grep -qs -e /ssh.service -e /session- "$process/cgroup"; then continue; fi
  start=$(cut -d ' ' -f 22 "$process/stat" 2>/dev/null) || continue
  echo "process \${process#/proc/} $start $(tr '\\0' ' ' <"$process/cmdline")"
done`);
  if (code !== 0) throw new Error(`the server could not be read: ${stderr}`);
  return stdout.trimEnd().split('\n');
}

const notCompared = [
  '/proc',
  '/sys',
  '/dev',
  '/var/log',
  '/run/log',
  '/run/motd.dynamic',
  '/run/systemd',
  '/run/udev',
  '/run/user',
  '/run/utmp',
];
