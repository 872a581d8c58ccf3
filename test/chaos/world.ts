import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { execa } from 'execa';
import { readDeployment } from '../../src/cli/temporal/history.js';
import type { Outcome } from '../../src/cli/output/schema.js';
import type { DeploymentView } from '../../src/history/view.js';
import { createSandbox, destroyServer, serverNames, type SandboxServer } from '../../src/sandbox/index.js';
import { childrenOf } from '../../src/sandbox/process-id.js';
import { readSupervisor } from '../../src/sandbox/record.js';
import { startLoad, type Load } from '../../src/sandbox/load.js';
import { greets } from '../../src/sandbox/ssh.js';
import { until } from '../../src/sandbox/wait.js';
import { connect } from '../../src/temporal/connect.js';
import { isFree } from '../../src/temporal/server/ports.js';
import { makeSource } from '../incident/source.js';
import { start, type Called, type Command } from './command.js';

export const page = 'https://words.example.test/tools/word-counter';

/**
 * `failing`: answers 500 on a page, which nobody notices before it serves; `late`: on every page, at its own address alone;
 * `seen`: to whoever comes through nginx; `shut`: as `late`, while visitors are shown a page of maintenance.
 */
export type Version = 'good' | 'failing' | 'late' | 'seen' | 'shut';

const failsBehindNginx = `
from flask import request as asked


@app.before_request
def fail():
    if "X-Forwarded-For" in asked.headers:
        return "seen", 500
`;
const failsAtHome = `
import os


@app.before_request
def fail():
    if os.environ["PORT"] == "9999":
        return "late", 500
`;

/** A deployment that a trial has begun. */
export interface Deploying {
  command: Command;
  runId: string;
  version: string;
}

/** A server like the incident's, with visitors, and a belay of its own: what a trial does harm to. */
export class World {
  private versions = 0;
  private servers = 0;
  private lastRun: string | undefined;
  client!: Client;
  server!: SandboxServer;
  load!: Load;

  private constructor(readonly state: string) {}

  /** Sets BELAY_STATE_DIR of this very process: the sandbox and the client find their files by it. */
  static async create(): Promise<World> {
    const state = await mkdtemp(join(tmpdir(), 'belay-chaos-'));
    process.env['BELAY_STATE_DIR'] = state;
    // While Temporal is killed nobody else's may take its port.
    process.env['BELAY_TEMPORAL_PORT'] = String(await ownPort());
    const world = new World(state);
    try {
      await mustUp();
      world.client = await connect();
      await world.newServer();
    } catch (error) {
      await world.remove();
      throw error;
    }
    return world;
  }

  /** Another server, as before the incident. */
  async newServer(): Promise<void> {
    if (this.servers > 0) await this.removeServer();
    this.lastRun = undefined;
    this.server = await createSandbox({ name: `chaos${this.servers + 1}`, like: 'incident' });
    this.load = startLoad({ url: page, ...this.server, perSecond: 5, maxSeconds: 100_000 });
    this.servers += 1;
  }

  /** Moves the sites to a disk of 160 MB, and starts them there as they ran before. */
  async smallDisk(): Promise<void> {
    const { code, stderr } = await this.server.exec(moveToSmallDisk);
    if (code !== 0) throw new Error(`the sites could not be moved to a small disk: ${stderr}`);
  }

  /** Where a colleague's laptop keeps what it has of belay. */
  get second(): string {
    return `${this.state}-second`;
  }

  /** Ends and removes all of it, whatever is going on. */
  async remove(): Promise<void> {
    // Or it would be given half a minute for what it does.
    await this.pid('worker')
      .then((pid) => process.kill(pid, 'SIGKILL'))
      .catch(() => undefined);
    if (this.servers > 0) await this.load.stop();
    for (const name of await serverNames()) await destroyServer(name);
    for (const state of [this.state, this.second]) {
      if (!existsSync(state)) continue;
      await start(['down', '--now'], { state }).done;
      await rm(state, { recursive: true, force: true, maxRetries: 5 });
    }
    // Last: a call that is being retried by then throws where nobody can catch it.
    await (this.client as Client | undefined)?.connection.close();
  }

  get workflowId(): string {
    return `belay/word-counter/production/${this.server.name}`;
  }

  /** Starts a deployment of a version that no other has, as a person does at the command line, with the plan approved. */
  async deploy(kind: Version, settings: string[], options = ['--yes']): Promise<Deploying> {
    const { config, version, remove } = await this.source(kind, settings);
    const command = start(['deploy', ...options, '--json', '--config', config], { server: this.server });
    void command.done.finally(remove);
    let over: Called | undefined;
    void command.done.then((called) => (over = called));
    const runId = await until(
      async () => {
        const latest = await this.latestRun();
        if (latest !== undefined && latest !== this.lastRun) return latest;
        if (over)
          throw new Error(`belay deploy began nothing: exit ${over.code}\n${over.stdout}${over.stderr}`);
        return undefined;
      },
      { deadlineMs: 60_000, everyMs: 50 },
    );
    if (runId === undefined) throw new Error('belay deploy began nothing within 60 s');
    this.lastRun = runId;
    return { command, runId, version };
  }

  /** A source to deploy, whose version no other has. */
  async source(kind: Version, settings: string[] = []) {
    this.versions += 1;
    const version = `trial-${this.versions}`;
    const fault = kind === 'failing' ? 'page-500' : undefined;
    const source = await makeSource({ host: this.server.name, fault, settings });
    await writeFile(join(source.folder, 'version.py'), `VERSION = "${version}"\n`);
    const code = { late: failsAtHome, shut: failsAtHome, seen: failsBehindNginx, good: '', failing: '' }[
      kind
    ];
    await appendFile(join(source.folder, 'app.py'), code);
    await writeFile(join(source.folder, 'maintenance.html'), 'back in a minute');
    return { ...source, version };
  }

  /** What history says of a run; undefined while Temporal is away. */
  view(runId: string): Promise<DeploymentView | undefined> {
    return readDeployment(this.client, { workflowId: this.workflowId, runId }).catch(() => undefined);
  }

  async status(runId: string): Promise<Called & { outcome: Outcome }> {
    const called = await start(['status', `${this.workflowId}@${runId}`, '--json'], { server: this.server })
      .done;
    if (called.stdout === '')
      throw new Error(`belay status said nothing: exit ${called.code}\n${called.stderr}`);
    return { ...called, outcome: JSON.parse(called.stdout) as Outcome };
  }

  /** The pid of belay's background worker or of its Temporal. */
  async pid(of: 'worker' | 'temporal'): Promise<number> {
    const record = await readFile(join(this.state, `${of}.json`), 'utf8');
    return (JSON.parse(record) as { pid: number }).pid;
  }

  /** Loses everything that Temporal, which does not run, ever knew, as with a laptop that does not come back. */
  async forget(): Promise<void> {
    for (const file of ['temporal.db', 'temporal.db-wal', 'temporal.db-shm'])
      await rm(join(this.state, file), { force: true });
    this.lastRun = undefined;
  }

  /** Lets no packet reach the server, or leave it, without anybody being told. */
  async network(state: 'down' | 'up'): Promise<void> {
    await execa('nsenter', ['-t', await this.leader(), '-n', 'ip', 'link', 'set', 'host0', state]);
    if (state === 'down') return;
    // For a second more, until it has asked anew who has that address, the kernel answers "No route to host" (arp(7)).
    const up = await until(() => greets(this.server.address), { deadlineMs: 30_000 });
    if (!up) throw new Error(`${this.server.name} cannot be reached 30 s after its network came back`);
  }

  /** What a script says that runs on the server as root, whatever its network is. Its exit status does not matter. */
  async inside(script: string): Promise<string> {
    const spaces = ['--mount', '--pid', '--net', '--uts', '--ipc', '--root', '--wd'];
    const args = ['-t', await this.leader(), ...spaces, 'sh', '-s'];
    const { stdout } = await execa('nsenter', args, { input: script, reject: false, timeout: 60_000 });
    return stdout;
  }

  /** Every event of the latest deployment. */
  async history(): Promise<unknown> {
    return this.client.workflow.getHandle(this.workflowId, this.lastRun).fetchHistory();
  }

  private async leader(): Promise<string> {
    const supervisor = await readSupervisor(this.server.name);
    const [leader] = supervisor ? await childrenOf(supervisor.pid) : [];
    if (leader === undefined) throw new Error(`${this.server.name} does not run`);
    return String(leader);
  }

  private async latestRun(): Promise<string | undefined> {
    const handle = this.client.workflow.getHandle(this.workflowId);
    return handle.describe().then(
      ({ runId }) => runId,
      () => undefined,
    );
  }

  private async removeServer(): Promise<void> {
    await this.load.stop();
    await this.server.destroy();
  }
}

const moveToSmallDisk = `
set -eu
crontab -l >/tmp/crontab
crontab -r
systemctl stop other.service
pm2 stop words >/dev/null
kill $(ss -Hltnp 'sport = :9999' | grep -o 'pid=[0-9]*' | tr -d a-z= | sort -u)
mv /srv /srv.moved
mkdir /srv
mount -t tmpfs -o size=160m,mode=755 tmpfs /srv
cp -a /srv.moved/. /srv/
systemctl start other.service
cd /srv/words
WORDS_GREETING='Welcome back' setsid setpriv --reuid www-data --regid www-data --init-groups \\
  gunicorn -w 2 -b 127.0.0.1:9999 app:app </dev/null >>/var/log/words.log 2>&1 &
pm2 restart words >/dev/null
crontab /tmp/crontab
rm /tmp/crontab
sleep 2
`;

/** A port that the Temporal of another state folder would not come to take. */
async function ownPort(): Promise<number> {
  for (let port = 17_000 + (process.pid % 5_000); ; port++) if (await isFree(port)) return port;
}

/** `belay up`. @throws where it does not exit with 0 */
export async function mustUp(): Promise<void> {
  const { code, stderr } = await start(['up']).done;
  if (code !== 0) throw new Error(`belay up ended with exit code ${code}: ${stderr}`);
}
