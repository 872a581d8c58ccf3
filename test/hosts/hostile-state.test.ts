import { expect, test } from 'vitest';
import type { Outcome } from '../../src/cli/output/schema.js';
import { connect } from '../../src/temporal/connect.js';
import { stateOnHost } from '../host/state.js';
import { describeOnServers } from '../on-servers.js';
import { pythonApp } from './servers/app.js';
import { Servers } from './servers/harness.js';

const path = '/home/deploy/app';
const unit = `[Service]
User=deploy
WorkingDirectory=${path}
ExecStart=/usr/bin/gunicorn -w 1 -b 127.0.0.1:8300 app:app
Restart=always
[Install]
WantedBy=multi-user.target
`;

/** Whoever breaks into an app is its user, and may own the folder that it lies in. */
describeOnServers('an app in its user’s own folder, against that user', () => {
  const servers = new Servers('hostile');

  /** As that user; what runs of his notes as whom. */
  const hostile = (script: string) =>
    servers.box.on(
      `cat >/tmp/hostile.sh <<'END'\ncd /home/deploy\n${script}\nEND\nsu deploy -c 'sh -e /tmp/hostile.sh'`,
    );

  test('the dead man’s switch runs no program of his, says what is wrong, and puts the old version back once it can', async () => {
    await servers.box.on(`useradd -m -s /bin/bash deploy; mkdir ${path} /tmp/mark; chmod 777 /tmp/mark
cat >${path}/app.py <<'END'
${pythonApp({ number: 0 })}END
chown -R deploy: ${path}
cat >/etc/systemd/system/app.service <<'END'
${unit}END
systemctl daemon-reload; systemctl enable --quiet --now app`);
    await servers.box.until('curl -fs http://127.0.0.1:8300/');
    const settings = {
      path,
      manager: 'systemd',
      user: 'deploy',
      port: 8300,
      run: 'gunicorn -w 1 -b {bind} app:app',
      approval: 'automatic',
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    };
    const first = await servers.project('app', settings);
    await first.write('app.py', pythonApp({ number: 1 }));
    const { release } = await servers.ends('succeeded', 'deploy', first);
    expect(await servers.box.on(`systemctl show -p EnvironmentFiles --value belay-app`)).toContain(
      `${stateOnHost(path)}/releases/${release}/environment`,
    );

    const second = await servers.project('app', { ...settings, soak: '10m', deadman: '20s' });
    await second.write('app.py', pythonApp({ number: 2 }));
    const begun = await servers.belay(['deploy', '--detach', '--json', '--config', second.config]);
    const [workflowId = '', runId] = (JSON.parse(begun.stdout) as Outcome).deployment.split('@');
    await servers.box.until(`curl -fs http://127.0.0.1:8300/ | grep -q 'version 2'`);
    const client = await connect();
    await client.workflow.getHandle(workflowId, runId).terminate('the test says so');
    await client.connection.close();

    await hostile(`mv app.belay app.kept
for number in 1 2 3 4; do
  mkdir -p app.belay/backup/$number/way-back app.belay/journal/$number/stopNew
  echo '${workflowId}@${runId}' >app.belay/backup/$number/deployment
  for each in recover door supervisor fence stop-new restore-files restore-topology start-old settle; do
    echo 'id -u >>/tmp/mark/ran' >app.belay/backup/$number/way-back/$each
  done
done
mkdir -p app.belay/releases/${release}/tree
for each in start environment unit; do echo 'id -u >>/tmp/mark/ran' >app.belay/releases/${release}/$each; done
printf 'number=1\\ndeployment=d\\nby=me\\nsince=1\\nrenewed=1\\nstate=free\\n' >app.belay/owner`);
    const journal = 'journalctl -b -o cat --no-pager';
    await servers.box.until(`${journal} | grep -q "app.belay is not belay's alone"`);
    expect(await servers.box.on('cat /tmp/mark/ran 2>/dev/null; true')).not.toMatch(/^0$/m);
    // Whoever deploys meanwhile is refused.
    const refused = await servers.belay(['deploy', '--yes', '--json', '--config', first.config]);
    expect(refused.exitCode).not.toBe(0);

    await hostile('rm -rf app.belay && mv app.kept app.belay');
    await servers.box.until(`curl -fs http://127.0.0.1:8300/ | grep -q 'version 1'`);
    await servers.box.until(`grep -q '^state=free' ${stateOnHost(path)}/owner`);
    expect(await servers.box.on('cat /tmp/mark/ran 2>/dev/null; true')).not.toMatch(/^0$/m);
    await servers.box.on('systemctl disable --quiet --now belay-app; rm -f /etc/systemd/system/app.service');
  }, 170_000);
});
