import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { signalNames } from '../../src/domain/runbook/messages.js';
import type { OutcomeKind } from '../../src/domain/runbook/outcome.js';
import { until } from '../../src/sandbox/wait.js';
import { start } from './command.js';
import type { Seen } from './invariants.js';
import { changing, undoing } from './runbook.js';
import { mustUp, page, type Deploying, type World } from './world.js';

export interface Fault {
  /** Brings it about, and returns once it has ended. @returns what went wrong already */
  strike(world: World, deploying: Deploying, drawn: Drawn): Promise<string[]>;
  /** How a deployment may end because of it, besides as it would without. */
  mayEnd: OutcomeKind[];
  /** The steps in which it means something; all unless given. */
  steps?: string[];
  /** Whether the host must have a deployment behind it, so that what serves comes back by itself. */
  settledHost?: boolean;
  /** Whether it starts everything anew that the host runs. */
  restartsHost?: boolean;
  /** Whether the host must be as before its first deployment. */
  newHost?: boolean;
  /** Whether the app must live on a small disk of its own. */
  smallDisk?: boolean;
  /** Another process of the app's on port 3000 may be left, for it is none of belay's. */
  strays?: boolean;
  /** Lines of belay.yml. */
  settings?: string[];
  /** Whether visitors notice it, whatever belay does. */
  visitorsNotice?: boolean;
  /** Whether the deployment is lost with its Temporal: nothing tells of it but the host. */
  losesHistory?: boolean;
}

/** What may differ from trial to trial. */
interface Drawn {
  /** 0 to 1 */
  chance: number;
  before: Seen;
}

/** For which what was killed stays away. */
const pauseMs = ({ chance }: Drawn) => chance * 3_000;

/** In which nginx leads to the spare address, or is about to. */
const led = [
  'maintain',
  'detour',
  'verify',
  'soak',
  'stop',
  'activate',
  'start',
  'leaveDetour',
  'stopNew',
  'startOld',
  'undoDetour',
];
/** In which the dead man's switch is armed. */
const armed = [...changing.slice(changing.indexOf('arm')), 'commit', 'takeBack', ...undoing];
const deadmanSeconds = 5;
/** Where there is a way back, and a reason to take it. */
const stopped: OutcomeKind[] = ['failed', 'rolled-back'];

export const faults = {
  none: { strike: () => Promise.resolve([]), mayEnd: [] },
  'worker killed': {
    async strike(world, _, drawn) {
      kill(await world.pid('worker'));
      return upAgain(pauseMs(drawn));
    },
    mayEnd: [],
  },
  'Temporal killed': {
    async strike(world, _, drawn) {
      kill(await world.pid('temporal'));
      return upAgain(pauseMs(drawn));
    },
    mayEnd: [],
  },
  'worker and Temporal killed': {
    async strike(world, _, drawn) {
      kill(await world.pid('temporal'));
      kill(await world.pid('worker'));
      return upAgain(pauseMs(drawn));
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
    visitorsNotice: true,
  },
  'network gone until the host acts': {
    async strike(world, deploying, drawn) {
      await world.network('down');
      const wrong = await hostActs(world, deploying, drawn);
      await world.network('up');
      return wrong;
    },
    mayEnd: stopped,
    steps: armed,
    settings: [`deadman: ${deadmanSeconds}s`],
    visitorsNotice: true,
  },
  'worker and Temporal gone until the host acts': {
    async strike(world, deploying, drawn) {
      kill(await world.pid('temporal'));
      kill(await world.pid('worker'));
      const wrong = await hostActs(world, deploying, drawn);
      return [...wrong, ...(await upAgain(0))];
    },
    mayEnd: stopped,
    steps: armed,
    settings: [`deadman: ${deadmanSeconds}s`],
  },
  'worker and Temporal gone for good': {
    async strike(world, deploying, drawn) {
      kill(await world.pid('temporal'));
      kill(await world.pid('worker'));
      const wrong = await hostActs(world, deploying, drawn);
      await world.forget();
      return [...wrong, ...(await upAgain(0))];
    },
    mayEnd: [],
    // In which it cannot be over by the time.
    steps: ['stop', 'activate', 'start', 'verify', ...undoing],
    settings: [`deadman: ${deadmanSeconds}s`],
    losesHistory: true,
  },
  'app killed': {
    async strike(world) {
      await world.server.exec(
        "kill -9 $(ss -Hltnp sport = :9999 | grep -o 'pid=[0-9]*' | cut -d= -f2 | sort -u)",
      );
      return [];
    },
    mayEnd: [...stopped, 'refused'],
    settledHost: true,
    visitorsNotice: true,
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
    async strike(world, _, { chance }) {
      await world.server.exec(
        `systemd-run --quiet --collect --unit=thief python3 -c '${thief}' ${3 + chance * 22}`,
      );
      await until(
        async () => ((await world.server.exec('systemctl is-active thief')).code === 0 ? undefined : true),
        { deadlineMs: 60_000, everyMs: 1_000 },
      );
      return [];
    },
    mayEnd: stopped,
    // It takes a while to start, and waits for the port from then on.
    steps: ['claim', 'backUp', 'rehearse', 'arm', 'takeBack', 'stopNew'],
  },
  'host rebooted': {
    async strike(world) {
      await world.server.reboot();
      // The first one to ask pm2 starts its daemon, which says so.
      await world.server.exec('pm2 list');
      return [];
    },
    mayEnd: stopped,
    settledHost: true,
    restartsHost: true,
    visitorsNotice: true,
  },
  'spare process killed': {
    async strike(world) {
      await world.server.exec('systemctl kill -s KILL belay-word-counter.detour.service');
      return [];
    },
    mayEnd: stopped,
    settledHost: true,
    visitorsNotice: true,
    steps: led,
  },
  'nginx killed': {
    async strike(world, _, drawn) {
      await world.server.exec(
        `systemctl kill -s KILL nginx; sleep ${pauseMs(drawn) / 1000}; systemctl restart nginx`,
      );
      return [];
    },
    mayEnd: stopped,
    settledHost: true,
    // Its processes are others afterwards, as after a start of the host.
    restartsHost: true,
    visitorsNotice: true,
    steps: led,
  },
  'nginx loads nothing for a while': {
    async strike(world, _, drawn) {
      await world.server.exec(
        `echo 'no such directive;' >/etc/nginx/conf.d/chaos.conf; sleep ${1 + pauseMs(drawn) / 1000}; rm /etc/nginx/conf.d/chaos.conf`,
      );
      return [];
    },
    mayEnd: [...stopped, 'refused'],
    settledHost: true,
    steps: ['rehearse', ...led],
  },
  'nginx takes no reload for a while': {
    async strike(world, _, drawn) {
      await world.server.exec(noReload(1 + pauseMs(drawn) / 1000));
      return [];
    },
    mayEnd: [...stopped, 'refused'],
    settledHost: true,
    steps: ['rehearse', ...led],
  },
  'nginx’s file edited': {
    async strike(world, _, drawn) {
      const { stdout } = await world.server.exec(edited(pauseMs(drawn) / 1000));
      return stdout.includes('lost') ? ['an edit of nginx’s file was lost'] : [];
    },
    mayEnd: [...stopped, 'refused'],
    settledHost: true,
    steps: ['rehearse', ...led],
  },
  'disk full for 10 s': {
    async strike(world) {
      await world.server.exec('cat /dev/zero >/srv/fill 2>/dev/null; sleep 10; rm /srv/fill');
      return [];
    },
    mayEnd: [...stopped, 'refused'],
    smallDisk: true,
    steps: ['upload', ...changing, ...undoing, 'settle'],
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

/** Somebody writes a comment into the file that leads to the app, as an editor does, and takes it out again after a while. */
const edited = (seconds: number) => `
file=$(readlink -f "$(grep -rlE '9999|:2[0-9]{4}' /etc/nginx/sites-enabled | head -n 1)")
{ cat "$file"; echo '# by hand'; } >/root/edited && cp /root/edited "$file"
sleep ${seconds}
grep -q '^# by hand' "$file" || echo lost
sed '/^# by hand/d' "$file" >/root/edited && cat /root/edited >"$file"
rm /root/edited
`;

/** Its files are right, and name an address that somebody else holds: `nginx -t` says nothing of that, and the running one goes on as it is. */
const noReload = (seconds: number) => `
systemd-run --quiet --collect --unit=holder python3 -c 'import socket, time; held = socket.create_server(("127.0.0.1", 3999)); time.sleep(600)'
while ! ss -Hltn sport = :3999 | grep -q .; do sleep 0.02; done
echo 'server { listen 127.0.0.1:3999; }' >/etc/nginx/conf.d/chaos.conf
sleep ${seconds}
rm /etc/nginx/conf.d/chaos.conf
systemctl stop holder
`;

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
import socket, sys, time
end = time.time() + 15
while time.time() < end:
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(("127.0.0.1", 9999))
        taken.listen()
        time.sleep(float(sys.argv[1]))
        break
    except OSError:
        time.sleep(0.002)
`;

/** A deployment by way of another Temporal, as from a colleague's laptop: the host itself must refuse it. */
async function elsewhere(world: World, runId: string): Promise<string[]> {
  const state = world.second;
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
    await start(['down', '--now'], { state }).done;
    await rm(state, { recursive: true, force: true });
  }
}

/** Waits until the host has done by itself what it does when nobody is heard of. @returns what it does not serve then */
async function hostActs(world: World, { version }: Deploying, { before }: Drawn): Promise<string[]> {
  await sleep((deadmanSeconds + 1) * 1_000);
  const look = `
    { ls /var/lib/belay/*/armed /etc/systemd/system/*-deadman.service; pgrep -f '[w]ay-back/recover'; } 2>/dev/null
    echo; curl -sk --max-time 5 -o /dev/null -w '%{http_code} %header{x-words-version}' \\
      --resolve words.example.test:443:127.0.0.1 ${page}`;
  let last = '';
  const good = [`\n200 ${before.serves}`, `\n200 ${version}`];
  const acted = await until(async () => good.includes((last = await world.inside(look))) || undefined, {
    deadlineMs: 60_000,
    everyMs: 500,
  });
  return acted
    ? []
    : [`the host alone was to serve ${good.join(' or ')} with its switch gone, found ${last}`];
}

function kill(pid: number): void {
  process.kill(pid, 'SIGKILL');
}

async function upAgain(pauseMs: number): Promise<string[]> {
  await sleep(pauseMs);
  await mustUp();
  return [];
}
