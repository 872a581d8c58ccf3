import { describe, expect, it } from 'vitest';
import { parseConfig, resolveApps } from '../../src/config/load.js';
import { belayYml, type Draft } from '../../src/init/belay-yml.js';

const draft: Draft = {
  name: 'words',
  nameFrom: 'this source’s name',
  host: 'web1',
  day: '2026-11-24',
  decided: {
    path: { value: '/srv/words', from: 'the process on 127.0.0.1:9999 works there' },
    kind: null,
    run: { value: 'gunicorn -b {bind} app:app', from: 'how it was started' },
    user: { value: 'www-data', from: 'whom it runs as' },
    stays: null,
    keptBy: 'nothing, it was started by hand',
    site: { value: 'words.example.test', from: 'nginx, /etc/nginx/sites-enabled/words:14' },
    port: { value: 'auto', from: 'nginx leads to port 9999' },
    envFile: null,
    external: {
      value: 'https://words.example.test/',
      from: 'nginx, /etc/nginx/sites-enabled/words:7: with TLS',
    },
    visitors: {
      name: 'words.example.test',
      place: '/',
      origin: 'https://words.example.test',
      logs: [],
      inside: { from: '/', to: '/' },
      unread: [],
    },
    bind: { kind: 'port', port: 9999, from: '' },
    name: null,
    variables: ['WORDS_GREETING'],
  },
  hostOnly: { shared: ['.env', 'data'], open: ['app.py.bak', 'old/'] },
  leftOut: ['/belay.yml'],
  page: { path: '/', status: 200 },
  visited: [],
  unread: [],
  movable: true,
};

const read = (text: string) => resolveApps(parseConfig(text, 'belay.yml'));

describe('a belay.yml', () => {
  it('says what was found, each value under where it was read', () => {
    expect(belayYml(draft)).toMatchInlineSnapshot(`
      "# Written by \`belay init\` from this source and from web1, as they were on 2026-11-24. Every line may be changed.

      # this source’s name
      app: words

      # as in ~/.ssh/config
      hosts: [web1]

      # the process on 127.0.0.1:9999 works there
      path: /srv/words

      # how it was started
      run: gunicorn -b {bind} app:app

      # whom it runs as
      user: www-data

      # what starts it again until now: nothing, it was started by hand
      manager: systemd

      # nginx, /etc/nginx/sites-enabled/words:14
      site: words.example.test

      # nginx leads to port 9999
      port: auto

      # The process that runs now was given WORDS_GREETING; values stay on the server. What the app needs of
      # them belongs here, or, where it is secret, into a file on the server that env_file names.
      # env: { WORDS_GREETING: … }

      # only on the server, and looks like data: it survives every release
      shared: [.env, data]

      # Also only on the server. Until each is named, under \`shared\` or here, the plan is refused:
      # discard: [app.py.bak, old]

      verify:
        # asked of the app itself; / answers 200 now
        internal: [/]
        # nginx, /etc/nginx/sites-enabled/words:7: with TLS
        external: [https://words.example.test/]
      "
    `);
  });

  it('is one that belay reads', () => {
    const { app, hosts } = read(belayYml(draft));
    expect(hosts).toEqual(['web1']);
    expect(app).toMatchObject({
      name: 'words',
      path: '/srv/words',
      run: 'gunicorn -b {bind} app:app',
      user: 'www-data',
      site: 'words.example.test',
      port: 'auto',
      shared: ['.env', 'data'],
      rehearse: true,
      verify: { internal: ['/'], external: ['https://words.example.test/'] },
    });
  });

  it('says of files alone that they are, and nothing of a process', () => {
    const alone = {
      ...draft.decided,
      kind: { value: 'files' as const, from: 'nginx, x:1' },
      run: null,
      port: null,
      site: null,
      bind: null,
      visitors: null,
      variables: [],
    };
    const { app } = read(belayYml({ ...draft, decided: alone }));
    expect(app).toMatchObject({
      kind: 'files',
      path: '/srv/words',
      verify: { external: ['https://words.example.test/'] },
    });
    const text = belayYml({ ...draft, decided: { ...alone, external: null } });
    expect(read(text).app.kind).toBe('files');
    expect(text).toContain('# nginx serves it under no name');
  });

  it('asks visitors’ way for the page that the app answers, where its first one is none', () => {
    const { app } = read(belayYml({ ...draft, page: { path: '/health', status: 200 } }));
    expect(app.verify).toMatchObject({
      internal: ['/health'],
      external: ['https://words.example.test/health'],
    });
  });

  it.each([
    'a: b # c',
    'sh -c \'cd api && exec node "x"\'',
    '{bind} first',
    '*x',
    'yes',
    '0x10',
    'tab\\t"quote"',
    '~',
    'ends:',
  ])('keeps %s as it is', (run) => {
    const text = belayYml({ ...draft, decided: { ...draft.decided, run: { value: run, from: '' } } });
    expect(read(text).app.run).toBe(run);
  });

  it('keeps odd names in lists, and no line of a comment leaves it', () => {
    const hostOnly = { shared: ['a, b', '{x}', '- y', '[z]', '#n'], open: ['x\ny: z'] };
    const path = { value: '/srv/words', from: 'two\nlines: here' };
    expect(read(belayYml({ ...draft, hostOnly, decided: { ...draft.decided, path } })).app.shared).toEqual(
      hostOnly.shared,
    );
  });

  it('names the unit that keeps the app, with what that means, and not what the unit says itself', () => {
    const stays = {
      key: 'unit',
      value: 'words.service',
      from: 'what keeps the process on 127.0.0.1:9999',
      isRehearsed: true,
    } as const;
    const text = belayYml({ ...draft, decided: { ...draft.decided, stays } });
    expect(text)
      .toContain(`# what keeps the process on 127.0.0.1:9999, and goes on keeping it: belay changes nothing of it, makes path lead to the release, and restarts it.
unit: words.service
# \`manager: systemd\`, with \`run\`, in its place asks for a unit of belay’s own.
# run: gunicorn -b {bind} app:app
`);
    expect(text).not.toMatch(/^(?:run|user|manager):|WORDS_GREETING/m);
    expect(read(text).app).toMatchObject({ unit: 'words.service', run: '' });
  });

  it('says why an app is not rehearsed, that nginx does not lead to it, and that a page fails', () => {
    const port = { value: 8001, from: 'free on the server; nginx serves the files' };
    const text = belayYml({
      ...draft,
      movable: false,
      page: { path: '/', status: 404 },
      decided: {
        ...draft.decided,
        port,
        site: null,
        external: null,
        user: null,
        keptBy: null,
        variables: [],
      },
    });
    expect(text).toContain('/ answers 404 now: name a page that answers');
    expect(read(text).app).toMatchObject({
      port: 8001,
      rehearse: false,
      verify: { external: [] },
    });
  });

  it('is proved by what visitors ask for, from inside as nginx asks for it; why that is not known is said', () => {
    const visited = [
      { asked: '/tools/', inside: '/' },
      { asked: '/tools/count', inside: '/count' },
    ];
    const { app } = read(belayYml({ ...draft, visited }));
    expect(app.verify).toMatchObject({
      internal: ['/', '/count'],
      external: ['https://words.example.test/tools/', 'https://words.example.test/tools/count'],
    });
    const plain = { ...draft, decided: { ...draft.decided, external: null } };
    expect(belayYml({ ...plain, visited })).toContain('  external: [https://words.example.test/tools/,');
    expect(belayYml({ ...draft, unread: ['/var/log/nginx/access.log: it is gone'] })).toContain(
      '  # what visitors ask for is not known: /var/log/nginx/access.log: it is gone\n',
    );
  });
});
