import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Outcome } from '../../../src/cli/output/schema.js';
import { connect } from '../../../src/temporal/connect.js';
import { stateOnHost } from '../../host/state.js';
import { createSandbox } from '../../../src/sandbox/index.js';
import { belay } from '../../incident/belay.js';
import { ownState } from '../../on-servers.js';
import { Project } from './app.js';
import { Box } from './box.js';

/** One server for all cases of a file; each arranges its own app beside apps that nobody may touch, which is looked after. */
export class Servers {
  private readonly projects: Project[] = [];
  private arranged: Box | undefined;
  private others = '';

  constructor(name: string) {
    const state = ownState();
    beforeAll(async () => {
      const [up, server] = await Promise.all([belay(['up']), createSandbox({ name })]);
      expect(up.code, up.stderr).toBe(0);
      this.arranged = await Box.arrange(server, state());
    });
    afterAll(async () => {
      for (const project of this.projects) await project.remove();
    });
    beforeEach(async () => {
      this.others = await this.box.others();
    });
    afterEach(async () => {
      expect(await this.box.others()).toBe(this.others);
    });
  }

  get box(): Box {
    if (this.arranged === undefined) throw new Error('the server is not there yet');
    return this.arranged;
  }

  /** Starts the server anew, as after a loss of power; the others' apps are other processes from then on. */
  async boots(): Promise<void> {
    await this.box.server.reboot();
    await this.box.on('pm2 resurrect --silent </dev/null >/dev/null 2>&1');
    await this.box.until('curl -fs http://127.0.0.1:8081/ && curl -fs http://127.0.0.1:8082/');
    this.others = await this.box.others();
  }

  /** What a person has of app `name`, who deploys it to /srv/<name>. */
  async project(name: string, settings: Record<string, unknown>): Promise<Project> {
    const made = await Project.make({
      app: name,
      hosts: [this.box.server.name],
      path: `/srv/${name}`,
      soak: '0s',
      acknowledge: { 'nginx.no-https': 'a throw-away server', 'pm2.no-startup': 'it never boots' },
      ...settings,
    });
    this.projects.push(made);
    return made;
  }

  /** Runs belay with the server in reach, as root or as `user`. */
  belay(args: string[], user?: string) {
    return execa(process.execPath, ['dist/cli/main.js', ...args], {
      env: { ...this.box.reach(user), NO_COLOR: '1' },
      reject: false,
      timeout: 170_000,
    });
  }

  /** Deploys or rolls back; it has to end so. */
  async ends(
    kind: string,
    verb: 'deploy' | 'rollback' | 'eject',
    { config }: Project,
    user?: string,
  ): Promise<Outcome> {
    const yes = verb === 'rollback' ? [] : ['--yes'];
    const { stdout, stderr } = await this.belay([verb, ...yes, '--json', '--config', config], user);
    let outcome: Outcome;
    try {
      outcome = JSON.parse(stdout) as Outcome;
    } catch (cause) {
      throw new Error(`expected one JSON object: ${stdout}\n${stderr}`, { cause });
    }
    const blocks = outcome.findings.filter(({ severity }) => severity === 'block');
    expect(outcome.outcome, JSON.stringify([outcome.cause, ...blocks], null, 1)).toBe(kind);
    return outcome;
  }

  /** Begins a deployment, and lets nobody go on with it once version 1 serves. */
  async abandons({ config }: Project, port: number): Promise<void> {
    const begun = await this.belay(['deploy', '--detach', '--yes', '--json', '--config', config]);
    const [workflowId = '', runId] = (JSON.parse(begun.stdout) as Outcome).deployment.split('@');
    await this.box.until(`curl -fs http://127.0.0.1:${port}/ | grep -q 'version 1'`);
    const client = await connect();
    await client.workflow.getHandle(workflowId, runId).terminate('the test says so');
    await client.connection.close();
  }

  /** The host itself put version 0 back: a plain folder again, and nothing of a switch left. */
  async isBack(name: string, port: number): Promise<void> {
    await this.box.until(`curl -fs http://127.0.0.1:${port}/ | grep -q 'version 0'`);
    await this.box.until(`grep -q '^state=free' ${stateOnHost(`/srv/${name}`)}/owner`);
    expect(await this.box.on(`stat -c %F /srv/${name}`)).toBe('directory');
    await this.box.until(`! ls /etc/systemd/system | grep deadman`);
  }

  /** The unit that a release's processes belong to, through whoever listens. */
  unitOf(listener: string): Promise<string> {
    return this.box.on(
      `pid=$(ss -Hlnp ${listener} | grep -o 'pid=[0-9]*' | head -n 1 | tr -d a-z=); sed -n 's#.*/##p' /proc/$pid/cgroup | head -n 1`,
    );
  }
}
