import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Dependencies } from '../../src/activities/runtime/dependencies.js';
import { running } from '../../src/activities/runtime/run-step.js';
import type { ChangeInput, RehearseInput } from '../../src/domain/runbook/activities.js';
import type { App, Reach } from '../../src/domain/app/app.js';
import type { Plan } from '../../src/domain/plan/plan.js';
import type { Change, Changed } from '../../src/host/door/door.js';
import type { Completed, HostSession } from '../../src/host/types.js';
import { app, plan } from '../workflows/fakes.js';
import { told } from '../host/told.js';

const release = '20261124T101500Z-aaaaaaaa';

/** A host whose app is a real server on the loopback; what its scripts print is made up. */
export class ServingHost implements HostSession {
  readonly alias = 'web1';
  readonly destination = 'root@web1:22';
  /** Properties of every unit. */
  readonly unit = { ActiveState: 'active', SubState: 'running', NRestarts: '0' };
  /** What another keeper says in place of these. */
  kept?: string;
  /** Whether something listens wherever it is looked for. */
  listening = true;
  /** Whether the rehearsed release listens at the running app's address as well. */
  sharesLive = false;
  log = 'started\n';
  /** What is to be told of what is around the release: the output of watch.sh. */
  around = '';
  /** Changes that went through the door, where a test lets `change` of door.ts lead here. */
  readonly changes: Change[] = [];
  readonly heartbeats: string[] = [];
  /** How the door's ops end. */
  exit = 0;
  private readonly server: Server;

  constructor(private readonly listener: RequestListener) {
    this.server = createServer((request, response) => this.listener(request, response));
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** Where the app is to be asked from outside. */
  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  run(name: string, args: readonly string[]): Promise<Completed> {
    return Promise.resolve({ code: 0, stdout: this.print(name, args), stderr: '', truncated: false });
  }

  change(change: Change): Promise<Changed> {
    this.changes.push(change);
    return Promise.resolve({ exit: this.exit, output: 'what it said', how: 'ran' });
  }

  forward(): Promise<Duplex> {
    const { port } = this.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    return new Promise((resolve, reject) =>
      socket.once('connect', () => resolve(socket)).once('error', reject),
    );
  }

  private print(script: string, args: readonly string[]): string {
    if (script === 'log') return this.log;
    if (script === 'watch') return this.around;
    if (script === 'rehearse') return args[0] === 'spare-port' ? '20123\n' : 'port 3000 port 3000\n';
    const { keeper, bind_where: at = '', tree = '' } = told(args[0]);
    const { kind = '', name: unit = '' } = told(`${keeper ?? ''}\n`);
    const properties = Object.entries(this.unit).map(([key, value]) => `keeper ${key}=${value}\n`);
    const head = `ticks 100\ntree ${tree}\n${this.kept ?? properties.join('')}`;
    const foreign =
      (unit.includes('rehearsal') || kind === 'process') && !/^20123$|rehearsal/.test(at) && !this.sharesLive;
    if (!this.listening || foreign) return head;
    return `${head}listener 7 0100007F:270F\nprocess 412 5000 7\ncgroup 412 /system.slice/${unit}\ncwd 412 ${tree}\n`;
  }

  /** Runs a rehearsal as a plan does, which has no number. */
  rehearsePlan<Output>(
    make: (dependencies: Dependencies) => (input: RehearseInput) => Promise<Output>,
    changes: { app?: Partial<App>; plan?: Partial<Plan> } = {},
  ): Promise<Output> {
    return this.step((all) => (input) => make(all)({ ...input, number: undefined }), changes);
  }

  /** Runs a step as a worker does. */
  step<Output>(
    make: (dependencies: Dependencies) => (input: ChangeInput) => Promise<Output>,
    changes: { app?: Partial<App>; plan?: Partial<Plan>; reach?: Partial<Reach> } = {},
    environment = new MockActivityEnvironment(),
  ): Promise<Output> {
    environment.on('heartbeat', (details: { text?: string } | undefined) =>
      this.heartbeats.push(details?.text ?? ''),
    );
    const hosts = { session: () => Promise.resolve(this), close: () => Promise.resolve() };
    const input: ChangeInput = {
      app: { ...app, ...changes.app },
      plan: { ...plan(), baseline: [], ...changes.plan },
      reach: { alias: this.alias, ...changes.reach },
      deployment: 'belay/words/production/web1@run',
      startedBy: 'kim@laptop',
      release,
      number: 7,
    };
    return environment.run(running(make({ hosts } as unknown as Dependencies)), input);
  }
}
