import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
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
cat >/etc/systemd/system/other.service <<'END'
[Service]
WorkingDirectory=/srv/tiny
Environment=DB_PASSWORD=${mark}-unit
ExecStart=/usr/bin/python3 -c "import time; time.sleep(1e5)" ${mark}-positional --login=ann:${mark}-unit-argument
END
systemctl daemon-reload
systemctl start other.service
systemd-run --quiet --unit sample sh /root/sample.sh`;

/** What acts on a terminal and on a page, as a file's name that the plan tells. */
const hostileFile = 'a\\033]0;owned\\007\\033[2J\\342\\200\\256[x](https:__evil.test).txt';

describeOnServers('secrets on a server', () => {
  const state = ownState();
  let server: SandboxServer;
  let project: Project;
  let deployed: Called[];
  let hostile: Called[];
  let page: string;
  let journal: string;

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
    const plan = (...args: string[]) => belay(['plan', '--config', project.config, ...args], server);
    await on(`touch "$(printf '/srv/tiny/${hostileFile}')"`);
    hostile = [await plan(), await plan('--markdown')];
    await on(`rm "$(printf '/srv/tiny/${hostileFile}')"`);
    const deploy = () => belay(['deploy', '--yes', '--output', 'jsonl', '--config', project.config], server);
    deployed = [await deploy(), await belay(['inspect', 'tiny1', '--markdown'], server)];
    page = await on("curl -s -H 'Host: tiny.example.test' http://127.0.0.1/");
    // Before the app itself writes some there.
    journal = await on('journalctl --no-pager -o cat');
    await writeFile(join(project.source, 'version.txt'), 'broken 3\n');
    await writeFile(join(project.source, 'server.py'), fails);
    deployed.push(await deploy(), await belay(['report', '--config', project.config], server));
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

  test('reach the app', () => {
    expect(
      deployed.map(({ code }) => code),
      deployed[0]?.stdout.slice(-3000),
    ).toEqual([0, 0, 1, 0]);
    expect(page).toBe(`${mark}-env-file ${mark}-shared\n`);
  });

  test('are in no history, log or record of belay’s', async () => {
    const client = await connect();
    const texts: string[] = [];
    for await (const { workflowId, runId } of client.workflow.list()) {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      texts.push(textOf(JSON.parse(historyToJSON(history))));
    }
    await client.connection.close();
    expect(texts.length).toBe(5);
    expect(texts.join('\n')).toContain('PASSWORD=[redacted]');
    expect(texts.flatMap(leaks)).toEqual([]);
    const files = await readdir(state(), { recursive: true, withFileTypes: true });
    for (const file of files.filter((one) => one.isFile())) {
      // The source that is to be deployed has what is written in it; and the server itself lies there.
      if (/^(?:artifacts|sandbox)(?:\/|$)/.test(relative(state(), file.parentPath))) continue;
      const text = await readFile(join(file.parentPath, file.name), 'latin1');
      expect(leaks(text), join(file.parentPath, file.name)).toEqual([]);
    }
  });

  test('are in nothing that belay prints, though it tells of an exception', () => {
    const [, , failed, report] = deployed;
    for (const text of [failed?.stdout, report?.stdout]) expect(text).toContain('RuntimeError: no way to');
    for (const { stdout, stderr } of deployed) expect(leaks(`${stdout}\n${stderr}`)).toEqual([]);
  });

  test('a file’s name acts neither on a terminal nor on a page', () => {
    const [text, markdown] = hostile;
    expect(text?.stdout).toContain('a\\u001b]0;owned\\u0007\\u001b[2J\\u202e[x]');
    for (const { stdout, stderr } of hostile) expect(`${stdout}${stderr}`).not.toMatch(acting);
    expect(markdown?.stdout).not.toMatch(/\[x\]\(/);
  });

  test('are in no process list and no journal on the server, and no other user reads what belay keeps there', async () => {
    const seen = await on('sort -u /run/processes');
    expect(seen.split('\n').length).toBeGreaterThan(20);
    // Arguments of processes that are there without belay.
    const others = seen
      .split('\n')
      .filter((line) => !line.includes(`--token ${mark}-argument`) && !line.includes('time.sleep(1e5)'));
    expect(leaks(others.join('\n'))).toEqual([]);
    expect(leaks(journal)).toEqual([]);
    const readable = `grep -rl ${mark} /srv/tiny.belay /var/lib/belay 2>/dev/null | grep -v /shared/ | grep -v /tree/ || :`;
    expect(await on(`setpriv --reuid nobody --regid nogroup --clear-groups sh -c '${readable}'`)).toBe('');
  });
});

// eslint-disable-next-line no-control-regex
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

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

/** Ends in an exception, with secrets on its way there. */
const fails = `import sys
print('-----BEGIN PRIVATE KEY-----\\n${mark}AAAAbbbb0000\\n-----END PRIVATE KEY-----', file=sys.stderr)
print('INFO auth header X-Api-Key: ${mark}-log', file=sys.stderr)
print({'db': {'password': '${mark}-dict'}}, file=sys.stderr, flush=True)
raise RuntimeError('no way to postgres://ann:${mark}-exception@db.example.test/x, tried with token=${mark}-token')
`;
