import { describe, expect, it } from 'vitest';
import type { App } from '../../../src/domain/app/app.js';
import type { Facts, SupervisorProgram } from '../../../src/domain/facts/facts.js';
import { makeApp } from '../make-app.js';
import { planned } from '../planned.js';
import { makeFacts, makeListener, makeProcess } from '../make-facts.js';

const command = 'gunicorn -b 127.0.0.1:9999 app:app';

function made(name: string, pid: number, over: Partial<SupervisorProgram> = {}): SupervisorProgram {
  return {
    name,
    state: 'RUNNING',
    pid,
    command,
    directory: '/srv/words',
    atBoot: true,
    file: '/etc/supervisor/conf.d/words.conf',
    section: `program:${name.split(':')[0] ?? ''}`,
    ...over,
  };
}

/** The plan where supervisord's program with pid 10 serves, and one with pid 11 another port. */
function withPrograms(programs: SupervisorProgram[], app: Partial<App> = {}, over: Partial<Facts> = {}) {
  const isTwo = programs.some(({ pid }) => pid === 11);
  return planned(
    makeApp({ manager: undefined, port: 9999, ...app }),
    makeFacts({
      supervisors: [
        { pid: 5, config: '/etc/supervisor/supervisord.conf', command: '/usr/bin/supervisorctl', programs },
      ],
      listeners: [makeListener(9999, [10]), ...(isTwo ? [makeListener(9998, [11])] : [])],
      processes: [
        makeProcess(5, '/usr/bin/python3 /usr/bin/supervisord -n', { cwd: '/' }),
        makeProcess(10, command, { parent: 5 }),
        ...(isTwo ? [makeProcess(11, 'gunicorn -b 127.0.0.1:9998 app:app', { parent: 5 })] : []),
      ],
      ...over,
    }),
  );
}

const kept = {
  program: 'words',
  config: '/etc/supervisor/supervisord.conf',
  command: '/usr/bin/supervisorctl',
};

describe('a program of supervisord’s', () => {
  it.each<[Partial<App>]>([[{}], [{ program: 'words' }]])(
    'goes on keeping the app, with %j in belay.yml',
    (app) => {
      const { program, stops, actions, ids } = withPrograms(
        [made('words', 10), made('blog', 7, { directory: '/srv/blog' })],
        app,
      );
      expect(program).toMatchObject(kept);
      expect(stops[0]).toMatchObject({ role: 'app', label: 'supervisor program words', stays: 'stops' });
      expect(actions.join('\n')).toContain('by supervisor program words as it is');
      expect(actions.at(-1)).toContain('leave supervisor program words as it is, at boot too');
      expect(ids.join()).not.toMatch(/block (?!port)|keeper.replaced/);
      expect(ids.includes('info keeper.stays')).toBe(app.program === undefined);
    },
  );

  it('is restarted with all that its numprocs makes, also what listens elsewhere', () => {
    const two = ['words:words_0', 'words:words_1'].map((name, index) => made(name, 10 + index));
    const { program, stops } = withPrograms(two);
    expect(program).toMatchObject(kept);
    expect(stops.map(({ role, label, stays }) => [role, label, stays])).toEqual([
      ['app', 'supervisor program words:words_0', 'stops'],
      ['app', 'supervisor program words:words_1', 'stops'],
    ]);
  });

  it('of a group of several programs is named whole', () => {
    const web = made('web:words', 10, { section: 'program:words' });
    expect(withPrograms([web, made('web:other', 7, { directory: '/srv/other' })]).program).toMatchObject({
      ...kept,
      program: 'web:words',
    });
  });

  it('that failed keeps the app all the same', () => {
    const failed = { state: 'FATAL', pid: 0 };
    const down = { listeners: [], processes: [] };
    expect(withPrograms([made('words', 0, failed)], {}, down).program).toEqual(kept);
    const other = { ...failed, command: 'gunicorn -b 127.0.0.1:3000 app:app' };
    expect(withPrograms([made('words', 0, other)], {}, down).program).toBeUndefined();
  });

  it.each<[string, Partial<SupervisorProgram>, Partial<App>]>([
    ['block program.absent', {}, { program: 'wrods' }],
    ['block program.elsewhere', { directory: '/', command: '/opt/start' }, { program: 'words' }],
    ['block program.names-release', { directory: '/srv/words.belay/releases/r/tree' }, { program: 'words' }],
    ['warn program.not-at-boot', { atBoot: false }, { program: 'words' }],
    ['warn program.unrehearsed', { pid: 0 }, { program: 'words', run: '' }],
    ['warn keeper.replaced', { directory: '/', command: '/opt/start' }, {}],
    ['warn keeper.replaced', {}, { user: 'deploy' }],
  ])('that cannot stay, or not quite: %s', (id, over, app) => {
    expect(withPrograms([made('words', 10, over)], app).ids).toContain(id);
  });
});
