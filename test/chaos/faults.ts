import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { signalNames } from '../../src/domain/messages.js';
import type { OutcomeKind } from '../../src/domain/outcome.js';
import { boot } from '../../src/sandbox/boot.js';
import { endProcesses } from '../../src/sandbox/cgroup.js';
import { disconnect } from '../../src/sandbox/network.js';
import { readRecord, serverFolder } from '../../src/sandbox/record.js';
import { start } from './command.js';
import { mustUp, type Deploying, type World } from './world.js';

export interface Fault {
  /**
   * Brings it about, and returns once it has ended.
   * @param pauseMs for which what was killed stays away
   * @returns what went wrong already
   */
  strike(world: World, deploying: Deploying, pauseMs: number): Promise<string[]>;
  /** How a deployment may end because of it, besides as it would without. */
  mayEnd: OutcomeKind[];
  /** The steps in which it means something; all unless given. */
  steps?: string[];
  /** Whether the host must have a deployment behind it, so that what serves comes back by itself. */
  settledHost?: boolean;
  /** Whether the host must be as before its first deployment. */
  newHost?: boolean;
  /** Whether the app must live on a small disk of its own. */
  smallDisk?: boolean;
  /** Another process of the app's on port 3000 may be left, for it is none of belay's. */
  strays?: boolean;
}

/** Everything after the claim of the host and before the point of no return. */
const changing = ['backUp', 'rehearse', 'quiesce', 'stop', 'activate', 'start', 'verify', 'soak'];
/** Where there is a way back, and a reason to take it. */
const stopped: OutcomeKind[] = ['failed', 'rolled-back'];

export const faults = {
  none: { strike: () => Promise.resolve([]), mayEnd: [] },
  'worker killed': {
    async strike(world, _, pauseMs) {
      kill(await world.pid('worker'));
      return upAgain(pauseMs);
    },
    mayEnd: [],
  },
  'Temporal killed': {
    async strike(world, _, pauseMs) {
      kill(await world.pid('temporal'));
      return upAgain(pauseMs);
    },
    mayEnd: [],
  },
  'worker and Temporal killed': {
    async strike(world, _, pauseMs) {
      kill(await world.pid('temporal'));
      kill(await world.pid('worker'));
      return upAgain(pauseMs);
    },
    mayEnd: [],
  },
  'connection reset': {
    async strike(world) {
      const pid = await world.pid('worker');
      const { stdout } = await execa('ss', ['-Htnp', 'dst', world.server.address, 'dport', '=', ':22']);
      for (const line of stdout.split('\n').filter((each) => each.includes(`pid=${pid},`))) {
        const port = /:(\d+)\s/.exec(line)?.[1] ?? '';
        await world.server.exec(
          `kill -9 $(ss -Htnp sport = :22 and dport = :${port} | grep -o 'pid=[0-9]*' | cut -d= -f2)`,
        );
      }
      return [];
    },
    mayEnd: [],
  },
  'network gone for 20 s': {
    async strike(world) {
      await world.network('down');
      await sleep(20_000);
      await world.network('up');
      return [];
    },
    mayEnd: [],
  },
  'app killed': {
    async strike(world) {
      await world.server.exec('systemctl kill --signal=KILL belay-word-counter.service');
      return [];
    },
    mayEnd: stopped,
    steps: ['verify', 'soak'],
  },
  "pm2's entry or cron's line fires": {
    async strike(world) {
      await world.server.exec(fire);
      return [];
    },
    mayEnd: [...stopped, 'refused'],
    newHost: true,
    strays: true,
  },
  abort: {
    async strike(world, { runId }) {
      await world.client.workflow
        .getHandle(world.workflowId, runId)
        .signal(signalNames.abort, { reason: 'the trial says so', by: 'chaos' })
        .catch(() => undefined);
      return [];
    },
    mayEnd: ['aborted'],
  },
  'approve again': {
    async strike(world, { runId }) {
      await world.client.workflow
        .getHandle(world.workflowId, runId)
        .signal(signalNames.approve, 'ffffffffffff')
        .catch(() => undefined);
      return [];
    },
    mayEnd: [],
  },
  'second deployment': {
    async strike(world, { runId }) {
      const { config, remove } = await world.source('good');
      const { code, stderr } = await start(['deploy', '--yes', '--config', config], { server: world.server })
        .done;
      await remove();
      const refused = code === 1 && stderr.includes(`${world.workflowId}@${runId}`);
      return refused
        ? []
        : [`a second deployment was to be refused and to name ${runId}: exit ${code}: ${stderr}`];
    },
    mayEnd: [],
    // It takes a while to start, and the first one must not be over by then.
    steps: ['inspect', 'upload', 'rehearse'],
  },
  "second Temporal's deployment": {
    strike: (world, { runId }) => elsewhere(world, runId),
    mayEnd: [],
    steps: ['backUp', 'rehearse', 'stop'],
  },
  'port stolen': {
    async strike(world) {
      await world.server.exec(`systemd-run --quiet --collect python3 -c '${thief}'`);
      await sleep(40_000);
      return [];
    },
    mayEnd: stopped,
    // It takes a while to start, and waits for the port from then on.
    steps: ['claim', 'backUp'],
  },
  'host rebooted': {
    async strike(world) {
      const record = await readRecord(world.server.name);
      if (!record) throw new Error(`no record of ${world.server.name}`);
      await endProcesses(record.machine);
      await disconnect(record);
      // It names the supervisor that has ended.
      await rm(join(serverFolder(record.name), 'pid'));
      await boot(record);
      // The first one to ask pm2 starts its daemon, which says so.
      await world.server.exec('pm2 list');
      return [];
    },
    mayEnd: stopped,
    settledHost: true,
  },
  'disk full for 10 s': {
    async strike(world) {
      await world.server.exec('cat /dev/zero >/srv/fill 2>/dev/null; sleep 10; rm /srv/fill');
      return [];
    },
    mayEnd: [...stopped, 'refused'],
    smallDisk: true,
    steps: [
      'upload',
      ...changing,
      'stopNew',
      'restoreFiles',
      'restoreTopology',
      'startOld',
      'verifyOld',
      'settle',
    ],
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

/** What keeps the app on the wrong port does so once more, where that is in force. */
const fire = `
if pm2 jlist | grep -q '"status":"online"'; then
  pm2 restart words
else
  crontab -l | sed -n 's/^[^#].* || //p' | sh
fi
`;

/** Takes the app's port as soon as it is free, and gives it back after a while. */
const thief = `
import random, socket, time
end = time.time() + 15
while time.time() < end:
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(("127.0.0.1", 9999))
        taken.listen()
        time.sleep(random.choice([3, 8, 14, 25]))
        break
    except OSError:
        time.sleep(0.002)
`;

/** A deployment by way of another Temporal, as from a colleague's laptop: the host itself must refuse it. */
async function elsewhere(world: World, runId: string): Promise<string[]> {
  const state = `${world.state}-second`;
  const { config, remove } = await world.source('good');
  const second = { server: world.server, state };
  try {
    const { code, stdout, stderr } = await start(['deploy', '--json', '--config', config], second).done;
    const first = await world.view(runId);
    if (code === 8) {
      // The first one was over by then: this one waits for an approval that will not come.
      await start(['abort', '--config', config], second).done;
      await start(['watch', '--config', config], second).done;
      return first?.state === 'closed' ? [] : ['a deployment by way of another Temporal was not refused'];
    }
    const refused = code === 1 && stdout.includes('fence.held') && stdout.includes(runId);
    return refused
      ? []
      : [
          `a deployment by way of another Temporal was to be refused, naming ${runId}: exit ${code}: ${stdout}${stderr}`,
        ];
  } finally {
    await remove();
    await start(['down'], { state }).done;
    await rm(state, { recursive: true, force: true });
  }
}

function kill(pid: number): void {
  process.kill(pid, 'SIGKILL');
}

async function upAgain(pauseMs: number): Promise<string[]> {
  await sleep(pauseMs);
  await mustUp();
  return [];
}
