// Looking before leaping: what it costs to read a full server, to check a staged tree with the host's own interpreters, and
// to plan for the server of the incident. Each beside what it has to stay below.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { belay, layConfig, median, must, row, s, workshop } from './support.mjs';

const rounds = 5;
const shop = workshop();
const { createSandbox, layVersion } = await import('../dist/sandbox/index.js');
const { environmentOf } = await import('../dist/sandbox/environment.js');
const { SshHosts } = await import('../dist/host/ssh/hosts.js');
const { readFacts } = await import('../dist/host/facts/read.js');
const say = (text) => console.log(text);
const full = await createSandbox({ name: 'full', like: 'plain', say });
const incident = await createSandbox({ name: 'words1', like: 'incident', say });
try {
  await fill(full);
  await inspection();
  await belay(['up'], { env: reach(full) });
  await staging();
  await planning();
} finally {
  await belay(['down', '--now'], { env: shop.env });
  for (const server of [full, incident]) await server.destroy();
  shop.remove();
}

function reach(server) {
  return { ...shop.env, ...environmentOf(server) };
}

/** 50 entries of pm2, most of them stopped as on a server that grew; 200 units and 40 sites of nginx. */
async function fill(server) {
  await must(
    server,
    `mkdir -p /srv/app
printf 'setInterval(() => {}, 1e6)\\n' >/srv/app/idle.js
cd /srv/app
node -e 'console.log(JSON.stringify({ apps: Array.from({ length: 50 }, (_, n) => ({ name: "app" + n, script: "/srv/app/idle.js",
  env: { PORT: 10000 + n } })) }))' >/srv/app/apps.json
PATH=$PATH:/usr/local/bin pm2 start /srv/app/apps.json --only app0,app1,app2 --silent </dev/null >/dev/null
for n in $(seq 200); do
  printf '[Service]\\nWorkingDirectory=/srv/other%s\\nExecStart=/usr/bin/sleep %s\\n[Install]\\nWantedBy=multi-user.target\\n' $n 1000$n \\
    >/etc/systemd/system/other$n.service
done
systemctl daemon-reload
for n in $(seq 40); do
  printf 'upstream up%s { server 127.0.0.1:%s; }\\nserver { listen 80; server_name site%s.example.test; location / { proxy_pass http://up%s; } }\\n' \\
    $n $((11000 + n)) $n $n >/etc/nginx/sites-enabled/site$n
done
systemctl reload nginx`,
  );
  // Stopped entries cost pm2's daemon and its list as much as running ones, and not the machine.
  const rest = await server.exec(
    `cd /srv/app; pm2 start apps.json --silent </dev/null; pm2 stop all --silent </dev/null; pm2 start app0 app1 app2 --silent </dev/null; pm2 ls -m | grep -c '^+--- app'`,
  );
  row('on the full server', `${rest.stdout.trim()} pm2 entries, 200 units, 40 sites`);
}

/** One round trip through a connection that is there, as the workflow's step does. */
async function inspection() {
  const hosts = new SshHosts();
  const session = await hosts.session({ alias: 'full', sshConfig: full.sshConfig });
  await session.privilege();
  const subject = { path: '/srv/app', unit: 'belay-app.service' };
  let trips = 0;
  const run = session.run.bind(session);
  session.run = (...args) => ((trips += 1), run(...args));
  const seconds = [];
  let facts;
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    facts = await readFacts(session, subject);
    seconds.push((performance.now() - began) / 1000);
  }
  row(
    'inspection of the full server',
    s(median(seconds)),
    'below 1 s',
    `${trips / rounds} round trip`,
    `(${facts.pm2[0]?.entries.length} entries, ${facts.nginx?.servers.length} servers read)`,
  );
  await hosts.close();
}

/** 2,000 files: half Python, the rest templates, JavaScript, JSON, YAML. */
async function staging() {
  const source = join(shop.folder, 'source');
  const texts = {
    py: (n) => `def f${n}(x):\n    return {'a': x, 'b': [y for y in range(x)]}\n`.repeat(8),
    html: (n) => `{% if x == ${n} %}<p>{{ x }}</p>{% else %}<i>no</i>{% endif %}\n`.repeat(8),
    js: (n) => `function f${n}(x) { return [x, x + 1].map((y) => y * ${n}); }\n`.repeat(8),
    json: (n) => JSON.stringify({ n, list: Array.from({ length: 40 }, (_, i) => i) }),
    yml: (n) => `n: ${n}\nlist: [1, 2, 3]\n`,
  };
  const kinds = ['py', 'py', 'py', 'py', 'py', 'html', 'html', 'js', 'json', 'yml'];
  for (let n = 0; n < 2000; n += 1) {
    const kind = kinds[n % kinds.length];
    const folder = join(source, kind === 'html' ? 'templates' : `part${n % 20}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `f${n}.${kind}`), texts[kind](n));
  }
  const config = layConfig(source, 'bench', {
    hosts: '[full]',
    run: 'python3 -m http.server {port} --bind 127.0.0.1',
    site: 'site1.example.test',
  });
  const seconds = [];
  for (let round = 0; round < 3; round += 1) {
    writeFileSync(join(source, 'round.txt'), `${round}\n`);
    const args = ['deploy', '--yes', '--json', '--config', config];
    const { steps } = JSON.parse((await belay(args, { env: reach(full) })).stdout);
    seconds.push(steps.find(({ name }) => name === 'checkStaged').durationSeconds);
  }
  row('checking a staged tree of 2,000 files', s(median(seconds)), 'below 3 s');
}

/** As a person waits for it: the whole command, Temporal and its worker up. */
async function planning() {
  const folder = join(shop.folder, 'words');
  await layVersion(folder, []);
  const config = join(folder, 'belay.yml');
  const seconds = [];
  for (let round = 0; round < rounds; round += 1) {
    const plan = await belay(['plan', '--json', '--config', config], {
      env: reach(incident),
      expected: [0, 1],
    });
    seconds.push(plan.seconds);
  }
  row('belay plan on the server of the incident, whole command', s(median(seconds)), 'below 3 s');
}
