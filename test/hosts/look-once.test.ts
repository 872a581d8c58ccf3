import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeAll, expect, test } from 'vitest';
import { running as asStep } from '../../src/activities/runtime/run-step.js';
import { claim } from '../../src/activities/steps/claim.js';
import { inspect } from '../../src/activities/steps/inspect.js';
import type { Dependencies } from '../../src/activities/runtime/dependencies.js';
import type { ArtifactStore } from '../../src/artifact/store.js';
import type { Claimed, InspectResult } from '../../src/domain/runbook/activities.js';
import { freeHost } from '../../src/host/door/fence.js';
import { sshArguments, type SandboxServer } from '../../src/sandbox/index.js';
import { makeApp } from '../domain/make-app.js';
import { makePlan } from '../domain/make-plan.js';
import { LocalSession } from '../host/local-session.js';
import { describeOnServers, ownState } from '../on-servers.js';
import { createSite, running } from './bad-input/site.js';

const { path } = running;

/** What happens on the server between plan and claim, what the claim says of it, and how it is undone. */
const drifts: { what: string; happens: string; said: RegExp; undone?: string }[] = [
  {
    what: 'the process was started anew',
    happens: 'systemctl restart tiny.service; until curl -fs http://127.0.0.1:8000/; do sleep 0.1; done',
    said: /^who listens/,
  },
  {
    what: 'another process of the app works beside it',
    happens: `cd ${path} && { setsid sleep 600 >/dev/null 2>&1 & echo $! >/run/beside; }`,
    said: /^what works in the app's folders/,
    undone: 'kill "$(cat /run/beside)"',
  },
  {
    what: 'what listens was taken over by another process',
    // It holds the very socket: systemd's own manager hands it over.
    happens: 'systemctl restart held.service; until systemctl is-active -q held.service; do sleep 0.1; done',
    said: /^process \d+ has ended or was started anew/,
  },
  {
    what: 'the app’s port, or another one, was taken',
    happens:
      'setsid python3 -m http.server 8100 --bind 127.0.0.1 >/dev/null 2>&1 & echo $! >/run/taken; until curl -fs http://127.0.0.1:8100/ >/dev/null; do sleep 0.1; done',
    said: /^who listens/,
    undone: 'kill "$(cat /run/taken)"',
  },
  {
    what: 'a file of nginx was edited, its size and its time as they were',
    happens:
      'cd /etc/nginx/sites-enabled; touch -r tiny /run/times; sed -i s/8000/8001/ tiny; touch -r /run/times tiny',
    said: /nginx\/sites-enabled\/?\S* was changed/,
    undone: 'sed -i s/8001/8000/ /etc/nginx/sites-enabled/tiny',
  },
  {
    what: 'a file elsewhere to which nginx is led was edited',
    happens: 'echo "# one line more" >>/srv/led.conf',
    said: /^\/etc\/nginx\/conf\.d\/led\.conf was changed/,
  },
  {
    what: 'a site was taken away',
    happens: 'rm /etc/nginx/sites-enabled/fresh',
    said: /nginx\/sites-enabled\S* was changed/,
  },
  {
    what: 'the path leads to another folder',
    happens: `cp -a ${path} ${path}.other; mv ${path} ${path}.before; ln -s ${path}.other ${path}`,
    said: /where \/srv\/tiny leads/,
    undone: `rm ${path}; mv ${path}.before ${path}; rm -r ${path}.other`,
  },
  {
    what: 'another folder was mounted there',
    happens: `mkdir -p /srv/mounted; mount --bind /srv/mounted ${path}`,
    said: /a mount/,
    undone: `umount ${path}`,
  },
  {
    what: 'a live file was changed',
    happens: `echo 1 >${path}/version.txt`,
    said: /^\/srv\/tiny\/version\.txt was changed/,
  },
  {
    what: 'a live file was taken away',
    happens: `touch ${path}/gone && sync`,
    said: /^\/srv\/tiny\S* was changed/,
    undone: `rm ${path}/gone`,
  },
  {
    what: 'a unit was added',
    happens: 'printf "[Service]\\nExecStart=/srv/tiny/x\\n" >/etc/systemd/system/other.service',
    said: /^\/etc\/systemd\/system\S* was changed/,
  },
  {
    what: 'a unit that was named was stopped and nothing of it is a file',
    happens: 'systemctl stop tiny.timer',
    said: /^the state of a unit/,
    undone: 'systemctl start tiny.timer',
  },
  {
    what: 'a line of cron was added',
    happens: `echo '* * * * * root true' >/etc/cron.d/later`,
    said: /^\/etc\/cron\.d\S* was changed/,
  },
  {
    what: 'a user was made',
    happens: 'useradd somebody',
    said: /^\/etc\/\S* was changed/,
  },
  {
    what: 'a program was put where it is found',
    happens: 'touch /usr/bin/pm2; chmod +x /usr/bin/pm2',
    said: /^\/usr\/s?bin was changed/,
    undone: 'rm /usr/bin/pm2',
  },
];

const setUp = `set -eu
touch /srv/led.conf
ln -s /srv/led.conf /etc/nginx/conf.d/led.conf
cat >/etc/systemd/system/held.socket <<'END'
[Socket]
ListenStream=127.0.0.1:8200
END
cat >/etc/systemd/system/held.service <<'END'
[Service]
WorkingDirectory=/
ExecStart=/bin/sleep infinity
END
cat >/etc/systemd/system/tiny.timer <<'END'
[Timer]
OnCalendar=2099-01-01
Unit=tiny.service
END
systemctl daemon-reload
systemctl reload nginx
systemctl start tiny.timer held.socket held.service`;

describeOnServers('a plan that is approved at once', () => {
  ownState();
  let server: SandboxServer;
  let session: LocalSession;
  let dependencies: Dependencies;
  let deployments = 0;
  let number = 0;

  beforeAll(async () => {
    server = await createSite();
    await on(setUp);
    const ssh = sshArguments(server.name);
    session = new LocalSession({
      shell: ['sh', '-c', `for code; do :; done; exec ssh ${ssh.join(' ')} "exec sh -c '$code'"`, 'sh'],
    });
    const hosts = { session: () => Promise.resolve(session), close: () => Promise.resolve() };
    dependencies = { hosts, artifacts: {} as ArtifactStore };
  });

  async function on(command: string): Promise<void> {
    const { code, stderr } = await server.exec(command);
    if (code !== 0) throw new Error(`${command}: exit ${code}: ${stderr}`);
  }

  const target = () => ({
    app: makeApp({ name: 'tiny', path, user: 'www-data', site: running.site, unit: 'tiny.service' }),
    reach: { alias: server.name },
    deployment: `belay/tiny/production/tiny1@${deployments}`,
    startedBy: 'someone@laptop',
    release: '20261128T000000Z-aaaaaaaa',
  });

  async function look(): Promise<InspectResult> {
    deployments += 1;
    return (await step(inspect(dependencies), target())) as InspectResult;
  }

  function step(taken: unknown, input: unknown): Promise<unknown> {
    return new MockActivityEnvironment().run(asStep(taken as (input: unknown) => Promise<unknown>), input);
  }

  async function claimed({ footing }: InspectResult): Promise<Claimed> {
    expect(footing).toBeDefined();
    const input = { ...target(), plan: makePlan({ fenceNumber: number }), footing };
    return (await step(claim(dependencies), input)) as Claimed;
  }

  test('draws where nothing changed, again where the answer was lost, and never under another plan’s number', async () => {
    const seen = await look();
    expect(await claimed(seen)).toEqual({ number: 1 });
    // By then the host is this deployment’s, and what it changed is no drift.
    await on(`touch ${path}/version.txt`);
    expect(await claimed(seen)).toEqual({ number: 1 });
    await freeHost(session, { path, number: 1 });
    const again = await look();
    await expect(claimed(again)).rejects.toThrow('Somebody deployed');
    number = 1;
  });

  test.each(drifts)('draws nothing where $what', async ({ happens, said, undone }) => {
    const seen = await look();
    await on(happens);
    expect(await claimed(seen)).toEqual({ changed: expect.stringMatching(said) as string });
    if (undone !== undefined) await on(undone);
  });

  test('draws once it was looked again', async () => {
    expect(await claimed(await look())).toEqual({ number: 2 });
  });
});
