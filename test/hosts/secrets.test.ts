import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxServer } from '../../src/sandbox/index.js';
import { connect } from '../../src/temporal/connect.js';
import { textOf } from '../histories/plain.js';
import { belay, type Called } from '../incident/belay.js';
import { makeProject, yml, type Project } from './bad-input/project.js';
import { createSite, serverPy } from './bad-input/site.js';
import { describeOnServers, ownState } from '../on-servers.js';

/** Every secret begins so, and nothing else does. */
const mark = 'zq7planted';

/** Secrets on the server: where an app's belong, and where people leave them. cron would show its own to all: not now. */
const plant = `set -eu
umask 077
echo 'SETTING=${mark}-env-file' >/etc/tiny.env
echo 'SETTING=${mark}-shared' >/srv/tiny/.env
chmod 644 /srv/tiny/.env
echo '0 4 1 1 * root cd /srv/tiny && PASSWORD=${mark}-cron curl -fs -u me:${mark}-curl http://127.0.0.1:8000/ || systemctl restart tiny' >/etc/cron.d/tiny
chmod 600 /etc/cron.d/tiny
cat >/opt/hook.sh <<'END'
echo 'PASSWORD=${mark}-word'
echo 'export DB_PASSWORD="${mark} quoted"'
echo 'Authorization: Bearer ${mark}-bearer'
echo 'cloning https://me:${mark}-url@git.example.test/x'
echo '{"api_key": "${mark}-json"}'
END
chmod 755 /opt/hook.sh
mkdir -p /srv/other
echo 'setInterval(() => {}, 1000)' >/srv/other/worker.js
cd /srv/other
HOME=/root APP_SECRET=${mark}-pm2 pm2 start worker.js --silent -- --token ${mark}-argument
cat >/root/sample.sh <<'END'
while [ ! -e /run/sampled ]; do
  for process in /proc/[0-9]*; do
    tr '\\000' ' ' <"$process/cmdline" 2>/dev/null && echo
  done
  sleep 0.02
done >/run/processes
END
systemd-run --quiet --unit sample sh /root/sample.sh`;

describeOnServers('secrets on a server', () => {
  const state = ownState();
  let server: SandboxServer;
  let project: Project;
  let deployed: Called[];

  beforeAll(async () => {
    [server] = await Promise.all([createSite(), belay(['up'])]);
    await on(plant);
    project = await makeProject(
      yml({
        run: 'python3 server.py {port}',
        env: { GREETING: 'hello' },
        shared: ['.env'],
        env_file: '/etc/tiny.env',
        hooks: {
          release: ['sh /opt/hook.sh', 'test "$GREETING" = hello && test -r .env'],
          after: ['sh /opt/hook.sh; false'],
        },
      }),
      { 'server.py': tellsSetting },
    );
    const deploy = () => belay(['deploy', '--yes', '--output', 'jsonl', '--config', project.config], server);
    deployed = [await deploy(), await belay(['inspect', 'tiny1', '--markdown'], server)];
    await on('touch /run/sampled');
  });

  afterAll(async () => {
    await project.remove();
  });

  async function on(command: string): Promise<string> {
    const { code, stdout, stderr } = await server.exec(command);
    if (code !== 0) throw new Error(`${command}: exit ${code}: ${stderr}`);
    return stdout;
  }

  test('reach the app', async () => {
    expect(
      deployed.map(({ code }) => code),
      deployed[0]?.stdout.slice(-3000),
    ).toEqual([0, 0]);
    const page = "curl -s -H 'Host: tiny.example.test' http://127.0.0.1/";
    expect(await on(page)).toBe(`${mark}-env-file ${mark}-shared\n`);
  });

  test('are in no history, log or record of belay’s', async () => {
    const client = await connect();
    const texts: string[] = [];
    for await (const { workflowId, runId } of client.workflow.list()) {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      texts.push(textOf(JSON.parse(historyToJSON(history))));
    }
    await client.connection.close();
    expect(texts.length).toBe(2);
    expect(texts.join('\n')).toContain('PASSWORD=[redacted]');
    expect(texts.flatMap(leaks)).toEqual([]);
    for (const log of await readdir(join(state(), 'logs')))
      expect(leaks(await readFile(join(state(), 'logs', log), 'utf8')), log).toEqual([]);
  });

  test('are in nothing that belay prints', () => {
    for (const { stdout, stderr } of deployed) expect(leaks(`${stdout}\n${stderr}`)).toEqual([]);
  });

  test('are in no process list and no journal on the server, and no other user reads what belay keeps there', async () => {
    const seen = await on('sort -u /run/processes');
    expect(seen.split('\n').length).toBeGreaterThan(20);
    // The argument of pm2's own process is there without belay.
    const others = seen.split('\n').filter((line) => !line.includes(`--token ${mark}-argument`));
    expect(leaks(others.join('\n'))).toEqual([]);
    expect(leaks(await on('journalctl --no-pager -o cat'))).toEqual([]);
    const readable = `grep -rl ${mark} /srv/tiny.belay /var/lib/belay 2>/dev/null | grep -v /shared/ | grep -v /tree/ || :`;
    expect(await on(`setpriv --reuid nobody --regid nogroup --clear-groups sh -c '${readable}'`)).toBe('');
  });
});

/** Each with what is around it. */
function leaks(text: string): string[] {
  return [...text.matchAll(new RegExp(`.{0,60}${mark}.{0,20}`, 'g'))].map(([leak]) => leak);
}

const tellsSetting = serverPy
  .replace('import http.server,', 'import http.server, os,')
  .replace(
    "f'version {version}\\n'",
    "(os.environ['SETTING'] + ' ' + pathlib.Path(__file__).with_name('.env').read_text().strip().split('=')[1] + '\\n')",
  );
