import { expect, test } from 'vitest';
import { describeOnServers } from '../on-servers.js';
import { gentleServer } from './detour/gentle-server.js';
import type { Project } from './servers/app.js';
import { Servers } from './servers/harness.js';

/** Says its version; of what visitors ask for one in `errs` is answered with 500, and one in `lags` is late. */
const app = (version: number, { errs = 50, lags = 0 } = {}) =>
  gentleServer({
    imports: 'itertools, time',
    before: 'visits = itertools.count(1)',
    get: `
status = 200
if self.path == '/visit':
    visit = next(visits)
    status = 500 if visit % ${errs} == 0 else 200
    time.sleep(0.4 if ${lags} and visit % (${lags} or 1) == 0 else 0)
self.send_response(status)
self.end_headers()
self.wfile.write(b'version ${version}')`,
  });

/** Four at a time, over connections of their own, until they are told to go. */
const visitors = `import http.client, os, threading, time


def visit():
    while not os.path.exists('/tmp/gone'):
        try:
            asking = http.client.HTTPConnection('127.0.0.1', timeout=20)
            asking.request('GET', '/visit', headers={'Host': 'fair.example.test'})
            answer = asking.getresponse()
            said = f'{answer.status} {answer.read().decode()[:20]}'
        except Exception as error:
            said = repr(error)
        with lock:
            seen.add(said)
        time.sleep(0.1)


lock, seen = threading.Lock(), set()
threads = [threading.Thread(target=visit) for _ in range(4)]
for each in threads:
    each.start()
for each in threads:
    each.join()
print('\\n'.join(sorted(seen)))
`;

/** What visitors get of the new release is held against what they got of the old one. */
describeOnServers('the soak of a detour is a canary', () => {
  const servers = new Servers('box8');
  let project: Project;

  /** What visitors were answered while it was done, each answer once. */
  async function seenDuring(act: () => Promise<void>): Promise<string[]> {
    const { box } = servers;
    await box.on(
      'rm -f /tmp/gone /tmp/seen; setsid python3 /opt/visitors.py >/tmp/seen 2>&1 </dev/null & sleep 8',
    );
    await act();
    await box.on('touch /tmp/gone');
    await box.until('test -s /tmp/seen');
    return (await box.on('cat /tmp/seen')).split('\n');
  }

  async function reported(): Promise<string> {
    const { exitCode, stdout, stderr } = await servers.belay(['report', '--config', project.config]);
    expect(exitCode, stderr).toBe(0);
    return stdout;
  }

  test('one as good as the old version stays, and the report says how they compare', async () => {
    const { box } = servers;
    await box.lay('fair', { 'app.py': app(0) });
    await box.on(`cat >/opt/visitors.py <<'END'
${visitors}END
      cat >/etc/systemd/system/fair.service <<'END'
[Service]
User=fair
WorkingDirectory=/srv/fair
ExecStart=/usr/bin/python3 /srv/fair/app.py 8990
Restart=always
[Install]
WantedBy=multi-user.target
END
      cat >/etc/nginx/conf.d/timed.conf <<'END'
log_format timed '$remote_addr [$time_local] "$request" $status $body_bytes_sent $request_time';
END
      cat >/etc/nginx/sites-enabled/fair <<'END'
server {
  listen 80;
  server_name fair.example.test;
  access_log /var/log/nginx/fair.log timed;
  location / { proxy_pass http://127.0.0.1:8990; }
}
END
      systemctl daemon-reload; systemctl enable --quiet --now fair; nginx -s reload`);
    await box.until(`curl -fs -H 'Host: fair.example.test' http://127.0.0.1/`);
    project = await servers.project('fair', {
      unit: 'fair.service',
      site: 'fair.example.test',
      soak: '20s',
    });
    await project.write('app.py', app(1));
    const seen = await seenDuring(async () => {
      const { steps } = await servers.ends('succeeded', 'deploy', project);
      expect(steps.map(({ name }) => name)).toContain('leaveDetour');
    });
    expect(seen).toEqual(['200 version 0', '200 version 1', '500 version 0', '500 version 1']);
    expect(await reported()).toMatch(
      /beside the old version: 5xx [\d.]+ % of \d+ requests, before [\d.]+ % of \d+; 95 of 100 within \d+ ms, before within \d+ ms/,
    );
  }, 240_000);

  test.each([
    [2, { errs: 5 }, /visitors get more errors than from the old version: 5xx/],
    [3, { lags: 4 }, /visitors wait longer than for the old version: 95 of 100/],
  ])(
    'version %i, of which visitors get worse, is left by one reload',
    async (version, worse, why) => {
      await project.write('app.py', app(version, worse));
      const seen = await seenDuring(async () => {
        const { cause, steps } = await servers.ends('rolled-back', 'deploy', project);
        expect(cause).toMatch(why);
        const names = steps.map(({ name }) => name);
        expect(names).toContain('undoDetour');
        expect(names).not.toContain('stop');
      });
      expect(seen.filter((line) => !/^[25]00 version/.test(line))).toEqual([]);
      expect(seen).toContain(`200 version ${version}`);
      expect(await reported()).toMatch(why);
    },
    240_000,
  );
});
