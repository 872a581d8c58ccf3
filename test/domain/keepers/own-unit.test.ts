import { describe, expect, it } from 'vitest';
import type { App } from '../../../src/domain/app/app.js';
import type { Facts, UnitFacts } from '../../../src/domain/facts/facts.js';
import { planProjection } from '../../../src/domain/plan/digest.js';
import { makeApp } from '../make-app.js';
import { planned } from '../planned.js';
import { makeFacts, makeListener, makeProcess, makeUnit } from '../make-facts.js';

const command = '/srv/words/venv/bin/gunicorn -b 127.0.0.1:9999 app:app';

/** The plan where words.service runs and belay.yml names it. */
function withUnit(unit: Partial<UnitFacts> = {}, app: Partial<App> = {}, over: Partial<Facts> = {}) {
  const made = makeApp({ unit: 'words.service', run: '', port: 9999, ...app });
  const facts = makeFacts({
    listeners: [makeListener(9999, [10])],
    processes: [makeProcess(10, command, { cgroup: '/system.slice/words.service' })],
    units: [makeUnit('words.service', command, { mainPid: 10, ...unit })],
    ...over,
  });
  return planned(made, facts);
}

const socket = makeUnit('words.socket', '', {
  listens: ['127.0.0.1:9999'],
  workingDirectory: '',
  enabled: 'enabled',
});

describe('a unit that stays', () => {
  it('is stopped and started, and nothing of it is changed or lost', () => {
    const { stops, unit, actions, ids, user } = withUnit({ settings: ['LimitNOFILE', 'MemoryMax'] });
    expect(stops).toMatchObject([{ role: 'app', label: 'unit words.service', stays: 'stops' }]);
    expect(unit).toEqual({ unit: 'words.service' });
    expect(user).toBe('www-data');
    expect(actions.join('\n')).toContain('by words.service as it is');
    expect(actions.at(-1)).toContain('leave words.service as it is, at boot too');
    expect(ids).not.toContain('warn app.settings-lost');
    expect(ids).not.toContain('warn unit.not-at-boot');
  });

  it('is no conflict while it does not run, and runs as its file says', () => {
    const down = { listeners: [], processes: [] };
    const { stops, user } = withUnit({ active: 'inactive', mainPid: 0, user: 'deploy' }, {}, down);
    expect([stops, user]).toEqual([[], 'deploy']);
  });

  it('waits behind a socket unit that holds the app’s address, which is never stopped', () => {
    const units = [
      makeUnit('words.service', command, { mainPid: 10, triggeredBy: ['words.socket'] }),
      socket,
    ];
    const listeners = [makeListener(9999, [1, 10])];
    const processes = [
      makeProcess(1, '/sbin/init', { parent: 0, cwd: '/', user: 'root', cgroup: '/init.scope' }),
      makeProcess(10, command, { cgroup: '/system.slice/words.service' }),
    ];
    const { stops, unit, actions } = withUnit({}, {}, { units, listeners, processes });
    expect(stops).toMatchObject([{ role: 'app', label: 'unit words.service', active: true, stays: 'waits' }]);
    expect(unit).toEqual({ unit: 'words.service', socket: 'words.socket' });
    expect(actions.join('\n')).toContain('requests wait in words.socket meanwhile');
  });

  it.each([['127.0.0.1:9998'], ['/run/words.sock']])('does not wait behind a socket at %s', (listens) => {
    const other = { ...socket, listens: [listens] };
    const units = [makeUnit('words.service', command, { mainPid: 10, triggeredBy: ['words.socket'] }), other];
    expect(withUnit({}, {}, { units }).unit).toEqual({ unit: 'words.service' });
  });

  it('replaces belay’s own unit, which is then stopped like any other', () => {
    const units = [
      makeUnit('belay-words.service', '/bin/sh /srv/words.belay/releases/r/start', { mainPid: 10 }),
      makeUnit('words.service', command, { active: 'inactive', enabled: 'disabled' }),
    ];
    const processes = [makeProcess(10, command, { cgroup: '/system.slice/belay-words.service' })];
    const { stops, ids } = withUnit({}, {}, { units, processes });
    expect(stops).toMatchObject([{ role: 'app', label: 'unit belay-words.service' }]);
    expect(stops[0]?.stays).toBeUndefined();
    expect(ids).toContain('warn unit.not-at-boot');
  });

  it('is what a person approves', () => {
    expect(planProjection(withUnit())).not.toBe(planProjection(withUnit({ workingDirectory: '' })));
  });
});

describe('a unit that cannot stay', () => {
  it.each<[string, Partial<UnitFacts>, Partial<App>]>([
    ['block unit.absent', {}, { unit: 'wrods.service' }],
    ['block unit.elsewhere', { workingDirectory: '/srv/other', execStart: '/srv/other/serve' }, {}],
    [
      'block unit.names-release',
      {
        releaseLines: [
          '/etc/systemd/system/words.service:4: ExecStart=/srv/words.belay/releases/r/tree/serve',
        ],
      },
      {},
    ],
    ['block unit.other-root', { settings: ['RootDirectory'] }, {}],
    ['warn unit.not-at-boot', { enabled: 'disabled' }, {}],
  ])('%s', (id, unit, app) => {
    expect(withUnit(unit, app).ids).toContain(id);
  });

  const named = { addresses: [{ at: '9999', where: 'its command' }] };

  it('is rehearsed by a copy of it', () => {
    const { ids, actions } = withUnit(named);
    expect(ids).not.toContain('warn unit.unrehearsed');
    expect(actions.join('\n')).toContain('by a copy of words.service on a spare port');
  });

  it.each<[string, Partial<UnitFacts>]>([
    ['names port 9999', {}],
    ['names port 9999', { addresses: [{ at: '8000', where: 'its command' }] }],
    ['Type=forking', { ...named, type: 'forking' }],
    ['--pid /run/words.pid', { ...named, execStart: `${command} --pid /run/words.pid` }],
    ['-p words.pid', { ...named, execStart: `${command} -p words.pid` }],
  ])('is not rehearsed: %s', (why, unit) => {
    expect(withUnit(unit).unrehearsed).toContain(why);
  });

  it('is rehearsed by `run`, and where there is none the plan says so and how to get it', () => {
    const { findings, unrehearsed, actions } = withUnit();
    expect(unrehearsed).toBeDefined();
    expect(findings.find(({ id }) => id === 'unit.unrehearsed')?.remedy).toContain(
      '`run: gunicorn -b {bind}',
    );
    expect(actions.join('\n')).not.toContain('Rehearse');
    expect(withUnit({}, { run: 'gunicorn -b {bind} app:app' }).unrehearsed).toBeUndefined();
    expect(withUnit({}, { rehearse: false }).ids).not.toContain('warn unit.unrehearsed');
  });
});

describe('without a key in belay.yml', () => {
  const keyless = { unit: undefined, manager: undefined, run: 'gunicorn -w 2 -b {bind} app:app' };
  const named = { addresses: [{ at: '9999', where: 'its command' }] };

  it('the unit that keeps the app stays, and is rehearsed by its own command', () => {
    const { stops, unit, actions, ids } = withUnit(named, keyless);
    expect(stops).toMatchObject([{ role: 'app', label: 'unit words.service', stays: 'stops' }]);
    expect(unit).toEqual({ unit: 'words.service', byItself: true });
    expect(actions.join('\n')).toContain('by words.service as it is');
    expect(actions.join('\n')).toContain('by a copy of words.service');
    expect(ids).toContain('info keeper.stays');
    expect(ids.join()).not.toMatch(/block|keeper.replaced|keeper.not-given/);
  });

  it('an instance whose command gets its address of its name is rehearsed by itself', () => {
    const instance = {
      processes: [
        makeProcess(10, command, { cgroup: '/system.slice/system-words.slice/words@9999.service' }),
      ],
      units: [makeUnit('words@9999.service', command, { mainPid: 10 })],
    };
    const { unit, unrehearsed } = withUnit({}, { ...keyless, run: '' }, instance);
    expect([unit?.unit, unrehearsed]).toEqual(['words@9999.service', undefined]);
  });

  it('is rehearsed by `run` where its own command names no address', () => {
    const { unit, unrehearsed } = withUnit({}, keyless);
    expect([unit, unrehearsed]).toEqual([{ unit: 'words.service' }, undefined]);
    const fixed = withUnit({}, { ...keyless, run: 'gunicorn -b 127.0.0.1:9999 app:app' });
    expect(fixed.unrehearsed).toContain('neither the command of words.service');
  });

  it('what `run` says of an address is nothing to a unit that has its own', () => {
    const run = 'gunicorn -b 127.0.0.1:3000 app:app';
    expect(withUnit(named, { ...keyless, run }).ids.join()).not.toContain('port.mismatch');
    expect(withUnit(named, { ...keyless, run, manager: 'systemd' }).ids).toContain('block port.mismatch');
  });

  it('variables that only belay.yml has are named', () => {
    const app = { ...keyless, env: { LOG_LEVEL: 'info', GREETING: 'hi' }, envFile: '/etc/words.env' };
    const processes = [
      makeProcess(10, command, { cgroup: '/system.slice/words.service', variables: ['GREETING'] }),
    ];
    const lost = withUnit(named, app, { processes }).findings.find(({ id }) => id === 'keeper.not-given');
    expect(lost?.evidence).toBe('LOG_LEVEL\nwhat stands in /etc/words.env');
    const given = { ...named, environmentFiles: ['/etc/words.env'] };
    expect(withUnit(given, { ...app, env: {} }, { processes }).ids.join()).not.toContain('keeper.not-given');
  });

  it('`manager: systemd` asks for belay’s own, and nothing is said of a choice', () => {
    const { stops, unit, ids } = withUnit(named, { ...keyless, manager: 'systemd' });
    expect(stops[0]?.stays).toBeUndefined();
    expect(unit).toBeUndefined();
    expect(ids.join()).not.toMatch(/keeper\./);
  });

  it.each<[string, Partial<UnitFacts>, Partial<App>]>([
    ['it neither works in', { workingDirectory: '/', execStart: '/usr/local/bin/start-words' }, {}],
    ['RootDirectory=', { settings: ['RootDirectory'] }, {}],
    ['lies in the app’s folder', { fragmentPath: '/srv/words/deploy/words.service' }, {}],
    ['/etc/init.d', { fragmentPath: '/run/systemd/generator.late/words.service' }, {}],
    ['`user: deploy`', {}, { user: 'deploy' }],
  ])('a unit that cannot stay gives way to belay’s own, and the plan says why: %s', (why, unit, app) => {
    const { stops, findings, unit: kept } = withUnit(unit, { ...keyless, ...app });
    expect(kept).toBeUndefined();
    expect(stops).toMatchObject([{ role: 'app', label: 'unit words.service' }]);
    expect(stops[0]?.stays).toBeUndefined();
    const replaced = findings.find(({ id }) => id === 'keeper.replaced');
    expect(replaced?.message).toContain(why);
    expect(replaced?.message).toContain('belay-words.service takes its place');
  });

  it('what belay made goes on, whatever else lies there', () => {
    const units = [
      makeUnit('belay-words.service', '/bin/sh /srv/words.belay/releases/r/start', { mainPid: 10 }),
      makeUnit('words.service', command, { active: 'inactive', ...named }),
    ];
    const processes = [makeProcess(10, command, { cgroup: '/system.slice/belay-words.service' })];
    expect(withUnit({}, keyless, { units, processes }).unit).toBeUndefined();
    const down = { units, processes: [], listeners: [] };
    expect(withUnit({}, keyless, down).unit).toEqual({ unit: 'words.service', byItself: true });
    const app = { ...makeFacts().app, activeFiles: { unit: 'digest', start: 'digest' } };
    expect(withUnit({}, keyless, { ...down, app }).unit).toBeUndefined();
  });

  it('a unit that has failed keeps the app all the same; one for another port, or one of two, does not', () => {
    const down = { listeners: [], processes: [] };
    const failed = { ...named, active: 'failed', mainPid: 0 };
    expect(withUnit(failed, keyless, down).unit).toEqual({ unit: 'words.service', byItself: true });
    expect(withUnit({ ...failed, addresses: [] }, keyless, down).unit).toBeUndefined();
    const units = ['words.service', 'words-old.service'].map((name) => makeUnit(name, command, failed));
    expect(withUnit({}, keyless, { ...down, units }).unit).toBeUndefined();
  });

  it('an app that nobody keeps gets belay’s own, unsaid', () => {
    const processes = [makeProcess(10, command)];
    const hand = withUnit({ active: 'inactive', enabled: 'disabled' }, keyless, { processes });
    expect(hand.unit).toBeUndefined();
    expect(hand.ids.join()).not.toMatch(/keeper\./);
  });
});

describe('a unit that is confined', () => {
  const strict = (writable: string[]) => ({ strict: true, writable, hidden: [], shown: [] });

  it.each<[string, UnitFacts['confined'], boolean]>([
    ['writes below path', strict(['/srv/words']), true],
    ['writes a folder that is shared, through the link', strict(['/srv/words/data']), false],
    ['writes wherever apps live', strict(['/srv']), false],
    ['could never write there', strict(['/var/lib/words']), false],
    ['was told of the folder beside', strict(['/srv/words', '/srv/words.belay/shared']), false],
    [
      'sees its own folder alone',
      { strict: false, writable: [], hidden: ['/srv'], shown: ['/srv/words'] },
      true,
    ],
  ])('%s', (_what, confined, isClosed) => {
    const { ids } = withUnit({ confined }, { shared: ['./data/'] });
    expect(ids.includes('block unit.shared-closed')).toBe(isClosed);
    expect(withUnit({ confined }).ids).not.toContain('block unit.shared-closed');
  });

  it('that was edited and not loaded is not put into force by a deployment', () => {
    expect(withUnit({ isStale: true }).ids).toContain('block unit.not-loaded');
    expect(withUnit({}).ids).not.toContain('block unit.not-loaded');
  });

  it('has named what its copy goes without, and that memory is short for both', () => {
    const unit = {
      addresses: [{ at: '9999', where: 'its command' }],
      settings: ['Environment', 'ExecStartPre', 'MemoryMax', 'Restart', 'RuntimeDirectory', 'Slice'],
      memoryBytes: 2e9,
    };
    const { actions, ids } = withUnit(unit);
    expect(actions.join('\n')).toContain(
      'by a copy of words.service (without ExecStartPre Restart RuntimeDirectory Slice) on a spare port',
    );
    expect(ids).toContain('warn memory.low');
    expect(withUnit(unit, { rehearse: false }).ids).not.toContain('warn memory.low');
  });
});
