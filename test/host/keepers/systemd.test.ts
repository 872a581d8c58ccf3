import { expect, test } from 'vitest';
import type { Launch } from '../../../src/host/keepers/launch.js';
import { systemdManager, unitFile } from '../../../src/host/keepers/systemd.js';
import { app } from '../../activities/local-host.js';

const launch: Launch = {
  app: { ...app, user: 'www-data', env: { LOG_LEVEL: 'info' } },
  release: '20261124T101500Z-1f0c9a2b',
  user: 'www-data',
  bind: { kind: 'port', port: 9999, from: '/etc/nginx/sites-enabled/words:13' },
};
const socket = { kind: 'socket', path: '/run/words/app.sock', from: 'nginx' } as const;
const withApp = (change: Partial<Launch['app']>): Launch => ({
  ...launch,
  app: { ...launch.app, ...change },
});

test('the unit', () => {
  expect(unitFile(withApp({ envFile: '.env' }))).toBe(
    `# Made by belay, and made anew by every deployment: changes belong into belay.yml, or into a drop-in.
[Unit]
Description=words (production), release 20261124T101500Z-1f0c9a2b
After=network.target
StartLimitIntervalSec=0

[Service]
User=www-data
WorkingDirectory=/srv/words.belay/releases/20261124T101500Z-1f0c9a2b/tree
EnvironmentFile={record}/environment
ExecStart=/bin/sh /srv/words.belay/releases/20261124T101500Z-1f0c9a2b/start
Restart=always
RestartSec=1
KillMode=mixed
TimeoutStopSec=30

[Install]
WantedBy=multi-user.target
`,
  );
});

test('paths with blanks and percent signs', () => {
  const text = unitFile(withApp({ path: '/srv/50% words' }));
  expect(text).toContain('WorkingDirectory=/srv/50%% words.belay/releases/20261124T101500Z-1f0c9a2b/tree\n');
  expect(text).toContain(
    'ExecStart=/bin/sh "/srv/50%% words.belay/releases/20261124T101500Z-1f0c9a2b/start"\n',
  );
});

test("a socket's folder in /run outlives the old version's unit", () => {
  expect(unitFile({ ...launch, bind: { ...socket, runtime: 'words' } })).toContain(
    'RuntimeDirectory=words\nRuntimeDirectoryPreserve=yes\n',
  );
  expect(unitFile({ ...launch, bind: socket })).not.toContain('Runtime');
});

test.each([
  ['signal', '2', '9', 'killed by signal 9, as the kernel does where memory is short'],
  ['signal', '2', '15', 'killed by signal 15'],
  ['oom-kill', '2', '9', 'the kernel killed it for lack of memory'],
  ['exit-code', '1', '3', 'exit status 3'],
  ['start-limit-hit', '0', '0', 'start-limit-hit'],
])('a unit that ended by %s %s/%s says so', (Result, ExecMainCode, ExecMainStatus, how) => {
  const said = { ActiveState: 'activating', SubState: 'auto-restart', Result, ExecMainCode, ExecMainStatus };
  expect(systemdManager(launch.app).stateOf(said, 100)).toMatchObject({
    faults: [`expected belay-words.service to be active, it is activating (auto-restart; ${how})`],
    fallen: true,
  });
});
