import { expect, test } from 'vitest';
import type { Outcome } from '../../src/cli/output/schema.js';
import { describeOnServers } from '../on-servers.js';
import { Servers } from './servers/harness.js';

const app = (version: number) => `import http.server


class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'version ${version}')


http.server.ThreadingHTTPServer(('127.0.0.1', 8980), App).serve_forever()
`;

/** A release hook beside which the old version must not serve. */
describeOnServers('a page of maintenance', () => {
  const servers = new Servers('box5');

  test('is what visitors get from before the release hook until proof, and nothing of nginx differs afterwards', async () => {
    const { box } = servers;
    await box.lay('shut', { 'app.py': app(0) });
    await box.on(`cat >/etc/systemd/system/shut.service <<'END'
[Service]
User=shut
WorkingDirectory=/srv/shut
ExecStart=/usr/bin/python3 /srv/shut/app.py
Restart=always
[Install]
WantedBy=multi-user.target
END
      cat >/etc/nginx/sites-enabled/shut <<'END'
server { listen 80; server_name shut.example.test; location / { proxy_pass http://127.0.0.1:8980; } }
END
      systemctl daemon-reload; systemctl enable --quiet --now shut; nginx -s reload`);
    await box.until(`curl -fs -H 'Host: shut.example.test' http://127.0.0.1/`);
    const unchanged = `find /etc/nginx -type f -exec sha256sum {} + | sort -k 2; ls -A /etc/nginx /etc/nginx/sites-enabled
      ls /etc/systemd/system | grep -- -back; ls -d /run/belay-*page; true`;
    const before = await box.on(unchanged);
    await box.on(`cat >/tmp/visitor <<'END'
while [ ! -e /tmp/gone ]; do
  curl -s --max-time 20 -w ' %{http_code} %header{retry-after}\\n' -H 'Host: shut.example.test' http://127.0.0.1/ || echo failed
  sleep 0.05
done
END
      : >/tmp/visits; setsid sh /tmp/visitor >>/tmp/visits 2>&1 </dev/null &`);
    const visited = async () => {
      const seen = await box.on('uniq /tmp/visits; : >/tmp/visits');
      return seen.split('\n').map((line) => line.trim());
    };
    const settings = {
      unit: 'shut.service',
      site: 'shut.example.test',
      maintenance: 'maintenance.html',
      hooks: {
        release: [
          'sleep 2; curl -s -o /dev/null -w "%{http_code}" -H "Host: shut.example.test" http://127.0.0.1/',
        ],
      },
    };
    const names = ({ steps }: Outcome) => steps.map(({ name }) => name);

    const project = await servers.project('shut', settings);
    await project.write('maintenance.html', 'back in a minute');
    await project.write('app.py', app(1));
    const first = await servers.ends('succeeded', 'deploy', project);
    expect(
      names(first).filter((name) =>
        ['maintain', 'releaseHook', 'stop', 'start', 'leaveDetour'].includes(name),
      ),
    ).toEqual(['maintain', 'releaseHook', 'stop', 'start', 'leaveDetour']);
    expect(first.downtimeSeconds).toBeGreaterThan(2);
    expect(await box.on(unchanged)).toBe(before);
    expect(await visited()).toEqual(['version 0 200', 'back in a minute 503 60', 'version 1 200']);

    // The hook fails: the old version was never stopped.
    const failing = await servers.project('shut', { ...settings, hooks: { release: ['sleep 1; false'] } });
    await failing.write('maintenance.html', 'back in a minute');
    await failing.write('app.py', app(2));
    const failed = await servers.ends('rolled-back', 'deploy', failing);
    expect(names(failed)).not.toContain('stop');
    expect(await box.on(unchanged)).toBe(before);
    expect(await visited()).toEqual(['version 1 200', 'back in a minute 503 60', 'version 1 200']);

    // The release fails once the old version was stopped: visitors see the page until that is back.
    const wrong = await servers.project('shut', {
      ...settings,
      verify: { internal: ['/'], commands: ['false'] },
    });
    await wrong.write('maintenance.html', 'back in a minute');
    await wrong.write('app.py', app(3));
    await servers.ends('rolled-back', 'deploy', wrong);
    expect(await box.on(unchanged)).toBe(before);
    const seen = await visited();
    expect([seen.at(0), seen.at(-1)]).toEqual(['version 1 200', 'version 1 200']);
    expect(seen.filter((line) => !/^(?:version [13] 200|back in a minute 503 60)$/.test(line))).toEqual([]);
    await box.on('touch /tmp/gone');
  }, 400_000);
});
