import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { rehearse } from '../../../src/activities/steps/rehearse.js';
import type { Change } from '../../../src/host/door/door.js';
import type { HostSession } from '../../../src/host/types.js';
import { ServingHost } from '../serving-host.js';
import { told } from '../../host/told.js';

vi.mock('../../../src/host/door/door.js', () => ({
  change: (session: ServingHost, change: Change) => session.change(change),
}));

let host: ServingHost;
afterEach(() => {
  host.close();
  vi.useRealTimers();
});

/** What went through the door. */
const done = () => host.changes.map(({ args }) => args[0]);

describe('rehearse', () => {
  it('boots the release on a spare port, asks it, and stops it', async () => {
    const asked: (string | undefined)[] = [];
    host = await new ServingHost((request, response) => {
      asked.push(request.url);
      response.end();
    }).open();
    const { evidence } = await host.step(rehearse, {
      app: { shared: ['data'], verify: { internal: ['/', '/tools'], external: [] } },
    });
    expect(evidence).toEqual([
      expect.stringContaining('all of belay-words.rehearsal.service') as string,
      expect.stringMatching(/^rehearsed: GET \/ → 200 in/) as string,
      expect.stringMatching(/^rehearsed: GET \/tools → 200 in/) as string,
      'log of the rehearsal: 1 lines, no exception',
    ]);
    expect(asked.sort()).toEqual(['/', '/tools']);
    const release = {
      path: '/srv/words',
      release: '20261124T101500Z-aaaaaaaa',
      keeper: expect.stringMatching(/^kind=systemd\nname=belay-words.rehearsal.service\n/) as string,
    };
    const boots = { user: 'www-data', seconds: '180', live_at: '9999', spare_at: '20123', shared: 'data' };
    const nothing = { runtime: '', env_file: '', lasting: '' };
    expect(host.changes.map(({ args }) => [args[0], told(args[1])])).toEqual([
      ['boot', { ...release, ...boots, ...nothing }],
      ['stop', release],
    ]);
    // As an undo: a disk that is full by then does not keep it from running.
    expect(host.changes.map(({ rerun }) => rerun)).toEqual(['never', 'failed']);
  });

  it('boots under nothing but its own process where pm2 is to keep it', async () => {
    host = await new ServingHost((_, response) => response.end()).open();
    const pm2 = { user: 'deploy', home: '/home/deploy/.pm2', command: '/usr/bin/pm2', runs: true };
    host.kept = 'keeper pid=412\nkeeper ticks=5000\n';
    const { evidence } = await host.step(rehearse, { app: { manager: 'pm2' }, plan: { pm2 } });
    expect(evidence[0]).toContain('pid 412, all of the rehearsal, in');
    const [verb, record] = host.changes[0]?.args ?? [];
    expect(verb).toBe('boot');
    expect(told(told(record)['keeper'])).toMatchObject({
      kind: 'process',
      name: '20261124T101500Z-aaaaaaaa',
    });
    expect(host.changes[0]?.input).toContain('. "${0%/*}/environment"');
  });

  it('boots on a spare socket where nginx wants one', async () => {
    host = await new ServingHost((_, response) => response.end()).open();
    await host.step(rehearse, { plan: { bind: { kind: 'socket', path: '/run/words.sock', from: 'nginx' } } });
    expect(told(host.changes[0]?.args[1])['runtime']).toBe('belay-words.rehearsal');
  });

  it('fails with page and log, and stops it all the same', async () => {
    host = await new ServingHost((_, response) => response.writeHead(500).end('UndefinedError')).open();
    host.log = 'Traceback (most recent call last):\n  File "app.py"\nUndefinedError: tool\n';
    await expect(host.step(rehearse)).rejects.toMatchObject({
      type: 'VerificationFailed',
      message: expect.stringMatching(
        /^rehearsal on web1: GET \/ was expected to answer below 400; it answered 500[^]*UndefinedError: tool[^]*the running version is untouched/,
      ) as string,
    });
    expect(done()).toEqual(['boot', 'stop']);
  });

  it('does not wait for a release that ended', async () => {
    host = await new ServingHost((_, response) => response.end()).open();
    host.listening = false;
    host.unit.ActiveState = 'failed';
    host.log = "ModuleNotFoundError: No module named 'nope'\n";
    await expect(host.step(rehearse)).rejects.toThrow(
      /it ended before it listened[^]*No module named 'nope'/,
    );
    expect(done()).toEqual(['boot', 'stop']);
  });

  it('tells a release that listens elsewhere where it does', async () => {
    host = await new ServingHost((_, response) => response.end()).open();
    host.listening = false;
    vi.useFakeTimers({ toFake: ['performance'] });
    const run = host.run.bind(host);
    vi.spyOn(host, 'run').mockImplementation((...asked) => {
      vi.advanceTimersByTime(1000);
      return run(...asked);
    });
    await expect(host.step(rehearse)).rejects.toThrow('it listens on port 3000 instead');
  });

  it.each([
    ['what begins to listen just after it was looked at', 'port 20123', undefined],
    ['what listens elsewhere first, in the time that belay.yml gives it', 'port 9100, port 20123', 60],
  ])('waits for %s', async (_, listensOn, readySeconds) => {
    host = await new ServingHost((_, response) => response.end()).open();
    host.listening = false;
    vi.useFakeTimers({ toFake: ['performance'] });
    const run = host.run.bind(host);
    let looks = 0;
    vi.spyOn(host, 'run').mockImplementation(async (...asked) => {
      vi.advanceTimersByTime(1000);
      const [script, [verb]] = asked;
      if (script === 'rehearse' && verb === 'listens')
        return { code: 0, stdout: listensOn, stderr: '', truncated: false };
      looks += 1;
      host.listening = looks > 15;
      return run(...asked);
    });
    await host.step(rehearse, { app: { readySeconds } });
    expect(done()).toEqual(['boot', 'stop']);
  });

  it('does not bear a copy that shares the live address', async () => {
    host = await new ServingHost((_, response) => response.end()).open();
    host.sharesLive = true;
    await expect(host.step(rehearse)).rejects.toThrow(
      'it listens on 127.0.0.1:9999, the running app’s address, instead of 127.0.0.1:20123',
    );
    expect(done()).toEqual(['boot', 'stop']);
  });

  it('stops what could not be booted, with the host’s words', async () => {
    host = await new ServingHost((_, response) => response.end()).open();
    host.exit = 1;
    await expect(host.step(rehearse)).rejects.toMatchObject({
      type: 'RemoteCommandFailed',
      message: expect.stringContaining('could not be booted (exit status 1):\nwhat it said') as string,
    });
    expect(done()).toEqual(['boot', 'stop']);
  });

  it('refuses a start command that insists on the live port', async () => {
    host = await new ServingHost((_, response) => response.end()).open();
    await expect(host.step(rehearse, { app: { run: 'gunicorn -b 127.0.0.1:9999 app:app' } })).rejects.toThrow(
      'run names port 9999 itself',
    );
    expect(done()).toEqual([]);
  });

  describe('in a plan, which has not claimed the host', () => {
    it('boots under a name of its own, with the dependencies that are live, and journals nothing', async () => {
      host = await new ServingHost((_, response) => response.end()).open();
      const run = vi.spyOn(host as HostSession, 'run');
      const hostOnly = [{ path: '.venv/', size: 0, modified: 0, fate: 'dependencies' as const }];
      const { evidence } = await host.rehearsePlan(rehearse, {
        app: { shared: ['data'] },
        plan: { hostOnly },
      });
      const unit = 'belay-words.rehearsal-20261124T101500Z-aaaaaaaa.service';
      expect(evidence[0]).toContain(`all of ${unit}`);
      expect(done()).toEqual([]);
      const acted = run.mock.calls.filter(([, args]) => ['boot', 'stop'].includes(args[0] ?? ''));
      expect(acted.map(([, args]) => [args[0], told(args[1])])).toMatchObject([
        ['boot', { seconds: '180', lasting: '.venv', shared: 'data' }],
        ['stop', { release: '20261124T101500Z-aaaaaaaa' }],
      ]);
      for (const [, args] of acted) expect(told(args[1])['keeper']).toContain(`\nname=${unit}\n`);
      expect(acted[0]?.[2].input).toContain('PYTHONDONTWRITEBYTECODE="1"');
    });

    it('fails with page and log alone: what to do is for the plan to say', async () => {
      host = await new ServingHost((_, response) => response.writeHead(500).end('UndefinedError')).open();
      host.log = 'Traceback (most recent call last):\n  File "app.py"\nUndefinedError: tool\n';
      await expect(host.rehearsePlan(rehearse)).rejects.toMatchObject({
        type: 'VerificationFailed',
        message: expect.stringMatching(
          /^rehearsal on web1: GET \/ [^\n]*it answered 500[^\n]*\nIts log:\n[^]*UndefinedError: tool$/,
        ) as string,
      });
    });
  });

  it('stops it when the step is cancelled', async () => {
    const environment = new MockActivityEnvironment();
    host = await new ServingHost(() => environment.cancel()).open();
    await expect(host.step(rehearse, {}, environment)).rejects.toThrow();
    expect(done()).toEqual(['boot', 'stop']);
  });
});
