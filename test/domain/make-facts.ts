import type {
  Facts,
  Listener,
  NginxBackend,
  NginxServer,
  ProcessFacts,
  UnitFacts,
} from '../../src/domain/facts/facts.js';

/** A sound server on which nothing of the app runs. */
export function makeFacts(over: Partial<Facts> = {}): Facts {
  const tools = ['flock', 'setsid', 'setpriv', 'tar', 'find', 'sha256sum', 'systemctl', 'ss'];
  return {
    system: {
      hostname: 'web1',
      os: 'Debian',
      kernel: '6',
      init: 'systemd',
      bootId: 'boot',
      now: 1_795_500_000,
      user: 'root',
      uid: 0,
      root: true,
      clockTicks: 100,
      memoryAvailableBytes: 1e9,
    },
    tools: Object.fromEntries(tools.map((tool) => [tool, `/usr/bin/${tool}`])),
    disk: { filesystem: '/dev/sda1', availableBytes: 1e11, availableInodes: 1e7 },
    app: {
      kind: 'directory',
      realPath: '/srv/words',
      parentWritable: true,
      owner: 'www-data',
      releases: [],
      fence: null,
    },
    listeners: [],
    processes: [],
    nginx: null,
    pm2: [],
    cron: [],
    units: [],
    unreadable: [],
    ...over,
  };
}

/** A server that hands everything on to the backends. */
export function makeServer(
  name: string,
  backends: NginxBackend[],
  over: Partial<NginxServer> = {},
): NginxServer {
  return {
    names: [name],
    listens: [{ address: '*', port: 443, tls: true, default: false }],
    locations: [{ modifier: '', pattern: '/', backends, where: `/etc/nginx/sites-enabled/${name}:4` }],
    where: `/etc/nginx/sites-enabled/${name}:1`,
    ...over,
  };
}

export function makeNginx(...servers: NginxServer[]): NonNullable<Facts['nginx']> {
  return { version: '1.22.1', running: true, changedSinceLoad: false, servers };
}

export function makeProcess(pid: number, command: string, over: Partial<ProcessFacts> = {}): ProcessFacts {
  return {
    pid,
    parent: 1,
    startTicks: pid * 100,
    user: 'www-data',
    command: command.split(' '),
    cwd: '/srv/words',
    cgroup: '/user.slice/user-0.slice/session-1.scope',
    ...over,
  };
}

export function makeListener(number: number, pids: number[], address = '127.0.0.1'): Listener {
  return { protocol: 'tcp', address, port: number, pids };
}

export function makeUnit(unit: string, execStart: string, over: Partial<UnitFacts> = {}): UnitFacts {
  return {
    unit,
    active: 'active',
    enabled: 'enabled',
    restart: 'always',
    mainPid: 0,
    fragmentPath: `/etc/systemd/system/${unit}`,
    execStart,
    workingDirectory: '/srv/words',
    user: 'www-data',
    type: 'simple',
    killMode: 'control-group',
    triggeredBy: [],
    ...over,
  };
}
