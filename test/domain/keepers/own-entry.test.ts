import { describe, expect, it } from 'vitest';
import type { App } from '../../../src/domain/app/app.js';
import type { Facts, Pm2Entry } from '../../../src/domain/facts/facts.js';
import { makeApp } from '../make-app.js';
import { planned } from '../planned.js';
import { makeFacts, makeListener, makeProcess } from '../make-facts.js';

function made(id: number, over: Partial<Pm2Entry> = {}): Pm2Entry {
  return {
    id,
    name: 'shop',
    status: 'online',
    pid: 10 + id,
    script: '/srv/words/server.js',
    args: [],
    cwd: '/srv/words',
    mode: 'fork',
    restarts: 0,
    port: '9999',
    saved: true,
    ...over,
  };
}

/** The plan where deploy's pm2 has these entries; in fork mode the first serves, in cluster mode the daemon for them. */
function withEntries(entries: Pm2Entry[], app: Partial<App> = {}, over: Partial<Facts> = {}) {
  const { system, ...facts } = makeFacts({
    pm2: [
      {
        user: 'deploy',
        home: '/home/deploy/.pm2',
        daemonPid: 5,
        command: '/usr/bin/pm2',
        entries,
        dumpMatches: true,
      },
    ],
    listeners: [makeListener(9999, [entries[0]?.mode === 'cluster' ? 5 : 10])],
    processes: [
      makeProcess(5, 'PM2 v7.0.4: God Daemon (/home/deploy/.pm2)', { cwd: '/home/deploy', user: 'deploy' }),
      ...entries
        .filter(({ pid }) => pid > 0)
        .map(({ pid, script }) => makeProcess(pid, `node ${script}`, { parent: 5, user: 'deploy' })),
    ],
    ...over,
  });
  const own = makeApp({ manager: undefined, port: 9999, user: undefined, strategy: 'auto', ...app });
  return planned(own, { ...facts, system });
}

const cluster = [made(0, { mode: 'cluster' }), made(1, { mode: 'cluster' })];

describe('somebody’s own entry of pm2’s', () => {
  it('goes on keeping the app, whether belay.yml names it or not', () => {
    for (const app of [{}, { entry: 'shop', run: '' }]) {
      const { entry, user, stops, actions, ids } = withEntries([made(0)], app);
      expect(entry).toMatchObject({ entry: 'shop', user: 'deploy', home: '/home/deploy/.pm2', mode: 'fork' });
      expect(entry).toMatchObject({ byItself: true });
      expect(user).toBe('deploy');
      expect(stops.map(({ label, stays }) => [label, stays])).toEqual([
        ['pm2 entry shop (id 0) of deploy', 'stops'],
      ]);
      expect(actions).toContainEqual(expect.stringContaining('by pm2 entry shop of deploy as it is'));
      expect(ids.includes('info keeper.stays')).toBe(!('entry' in app));
    }
  });

  it('is reloaded where it is a cluster, unless data moves or two versions must not serve at once', () => {
    const how = (app: Partial<App>) => withEntries(cluster, app).stops.map(({ stays }) => stays);
    expect(how({})).toEqual(['waits', 'waits']);
    for (const app of [{ strategy: 'restart' as const }, { detour: false }, { shared: ['data'] }])
      expect(how(app)).toEqual(['stops', 'stops']);
  });

  it('keeps all its instances, those that listen elsewhere too, and no neighbour', () => {
    const beside = made(2, { name: 'beside', script: '/srv/beside/b.js', cwd: '/srv/beside', port: '9000' });
    const { stops } = withEntries([made(0), made(1, { port: '10000' }), beside]);
    expect(stops.map(({ label }) => label)).toEqual([
      'pm2 entry shop (id 0) of deploy',
      'pm2 entry shop (id 1) of deploy',
    ]);
  });

  it('is left where belay.yml asks for a keeper of belay’s own, and where belay made it', () => {
    expect(withEntries([made(0)], { manager: 'systemd' }).entry).toBeUndefined();
    expect(withEntries([made(0, { name: 'belay-words' })]).entry).toBeUndefined();
  });

  it('would serve where it is down', () => {
    const down = { listeners: [], processes: [] };
    expect(withEntries([made(0, { status: 'errored', pid: 0 })], {}, down).entry).toMatchObject({
      entry: 'shop',
    });
    expect(
      withEntries([made(0, { status: 'errored', pid: 0, port: '9000' })], {}, down).entry,
    ).toBeUndefined();
  });

  it('blocks where it is not there, is of another folder, or names a release', () => {
    expect(withEntries([], { entry: 'shop', run: '' }).ids).toContain('block entry.absent');
    const apart = made(0, { cwd: '/srv/other', script: '/srv/other/server.js' });
    expect(withEntries([apart], { entry: 'shop', run: '' }).ids).toContain('block entry.elsewhere');
    const named = made(0, { cwd: '/srv/words.belay/releases/20261124T101500Z-1f0c9a2b/tree' });
    expect(withEntries([named], { entry: 'shop', run: '' }).ids).toContain('block entry.names-release');
  });

  it('is told where it does not start at boot, or how a second copy would listen elsewhere is not known', () => {
    expect(withEntries([made(0)]).ids).toContain('warn entry.not-at-boot');
    expect(withEntries([made(0, { port: undefined })], { entry: 'shop', run: '' }).ids).toContain(
      'warn entry.unrehearsed',
    );
    expect(withEntries([made(0, { port: undefined })]).entry).not.toHaveProperty('byItself');
  });
});
