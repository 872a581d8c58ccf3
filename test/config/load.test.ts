import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/error.js';
import { loadConfig, parseConfig, resolveApps } from '../../src/config/load.js';
import { temporaryFolder } from '../temporary.js';

const whole = `app: words
hosts: [web1]
path: /srv/words
run: gunicorn -b {bind} app:app
`;

/** The errors of a belay.yml as they are printed. */
function errors(text: string): string {
  try {
    parseConfig(text, 'belay.yml');
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  return '';
}

/** The errors of a right belay.yml with more lines at its end: the first of these is line 5. */
const withMore = (lines: string): string => errors(whole + lines);

/** The errors of a right belay.yml with one key's line replaced. */
const withLine = (key: string, line: string): string =>
  errors(whole.replace(new RegExp(`^${key}:.*`, 'm'), line));

const resolved = (lines = '') => resolveApps(parseConfig(whole + lines, '/code/words/belay.yml'));

describe('a small belay.yml', () => {
  it('gets every default', () => {
    expect(resolved()).toEqual({
      app: {
        name: 'words',
        environment: 'production',
        path: '/srv/words',
        run: 'gunicorn -b {bind} app:app',
        port: 'auto',
        env: {},
        build: [],
        checks: { local: [], host: [] },
        hooks: { release: [], before: [], after: [] },
        shared: [],
        discard: [],
        leave: [],
        acknowledge: {},
        strategy: 'auto',
        detour: true,
        drainSeconds: 30,
        rehearse: true,
        verify: { internal: ['/'], external: [] },
        soakSeconds: 30,
        deadmanSeconds: 120,
        approval: 'required',
        keep: 5,
        notify: [],
      },
      hosts: ['web1'],
      source: '/code/words',
      build: [],
    });
  });

  it('keeps what pages have to be like', () => {
    const { app } = resolved(`verify:
  internal: [/, { path: /health, status: 200, json: { status: ok }, within: 500ms }]
  external: [{ url: "https://words.example.test/", status: [200, 204], contains: Words, header: { X-Version: "1" } }]
  answers: 5
  log: [CRITICAL]
  browser: ["https://words.example.test/", { url: "https://words.example.test/tools", selector: h1 }]
  commands: [python3 manage.py check]
`);
    expect(app.verify).toEqual({
      internal: ['/', { at: '/health', status: [200], json: { status: 'ok' }, withinSeconds: 0.5 }],
      external: [
        {
          at: 'https://words.example.test/',
          status: [200, 204],
          contains: 'Words',
          header: { 'X-Version': '1' },
        },
      ],
      answers: 5,
      log: ['CRITICAL'],
      browser: [
        { url: 'https://words.example.test/' },
        { url: 'https://words.example.test/tools', selector: 'h1' },
      ],
      commands: ['python3 manage.py check'],
    });
  });

  it('keeps what it says', () => {
    const { app, source, include } = resolved(`user: www-data
port: 9999
site: words.example.test/tools
source: web
include: [dist, ./public/]
env: { LOG_LEVEL: info, EMPTY: "" }
env_file: /etc/words.env
build: [npm ci]
checks: { local: [npm test] }
hooks: { release: [flask db upgrade] }
shared: [./data/, .env]
discard: [old.log]
acknowledge: { nginx.no-https: internal tool }
rehearse: false
verify: { internal: [/tools/word-counter], external: ["https://words.example.test/"] }
soak: 2m
approval: automatic
keep: 2
`);
    expect(app).toMatchObject({
      user: 'www-data',
      port: 9999,
      site: 'words.example.test/tools',
      rehearse: false,
    });
    expect(app).toMatchObject({
      env: { LOG_LEVEL: 'info', EMPTY: '' },
      envFile: '/etc/words.env',
      soakSeconds: 120,
    });
    expect(app).toMatchObject({
      shared: ['data', '.env'],
      discard: ['old.log'],
      approval: 'automatic',
      keep: 2,
    });
    expect(app.checks).toEqual({ local: ['npm test'], host: [] });
    expect(app.verify).toEqual({
      internal: ['/tools/word-counter'],
      external: ['https://words.example.test/'],
    });
    expect({ source, include }).toEqual({ source: '/code/words/web', include: ['dist', 'public'] });
  });

  it('may leave the address to PORT in the environment', () => {
    expect(withLine('run', 'run: node server.js')).toBe('');
  });

  it.each([
    ['soak: 45', 45],
    ['soak: 0', 0],
    ['soak: 30s', 30],
    ['soak: 1.5m', 90],
    ['soak: 1h', 3600],
  ])('%s is %d seconds', (line, seconds) => {
    expect(resolved(line).app.soakSeconds).toBe(seconds);
  });

  it.each([
    ['deadman: off', 0],
    ['deadman: 5s', 5],
    ['deadman: 10m', 600],
  ])('%s gives the host %d seconds', (line, seconds) => {
    expect(resolved(line).app.deadmanSeconds).toBe(seconds);
  });

  it.each(['deadman: on', 'deadman: 2', 'deadman: 2h', 'deadman: true'])('%s is refused', (line) => {
    expect(withMore(line)).toContain(
      'belay.yml:5:10: deadman: expected off, or a time from 5s to 1h such as 2m',
    );
  });
});

describe('a file that cannot be read', () => {
  const inFolder = async (name: string, content?: string | Uint8Array): Promise<string> => {
    const file = join(await temporaryFolder('belay-config-'), name);
    if (content !== undefined) await writeFile(file, content);
    return file;
  };

  it('that is missing says how to get one', async () => {
    const file = await inFolder('belay.yml');
    await expect(loadConfig(file)).rejects.toThrow(
      `${file}:1:1: there is no such file; write one beside your source`,
    );
  });

  it('that is a folder', async () => {
    await expect(loadConfig(tmpdir())).rejects.toThrow('expected a file, got a folder');
  });

  it('over 256 kB', async () => {
    const file = await inFolder('belay.yml', `${whole}#${'x'.repeat(300_000)}`);
    await expect(loadConfig(file)).rejects.toThrow('expected a file of 256 kB at most, got 294 kB');
  });

  it('that is not UTF-8 names the line', async () => {
    const file = await inFolder('belay.yml', Buffer.from(`${whole}user: J\xfcrgen\n`, 'latin1'));
    await expect(loadConfig(file)).rejects.toThrow(`${file}:5:1: expected UTF-8`);
  });

  it('with a byte order mark is read all the same', async () => {
    const file = await inFolder('belay.yml', `\ufeff${whole}`);
    expect(resolveApps(await loadConfig(file)).app.name).toBe('words');
  });
});

describe('what is no YAML map', () => {
  it.each(['', '\n\n', '# nothing yet\n'])('empty: %j', (text) => {
    expect(errors(text)).toContain('belay.yml:1:1: the file is empty; begin with:');
  });

  it('a list, a text', () => {
    expect(errors('- app')).toBe(
      'belay.yml:1:1: this file: expected a map with at least app, hosts, path and run; got a list',
    );
    expect(errors('words')).toContain('got "words"');
  });

  it('tabs', () => {
    expect(withMore('verify:\n\tinternal: [/]\n')).toContain(
      'belay.yml:6:1: a tab stands where YAML allows only spaces: indent with spaces',
    );
  });

  it('broken syntax', () => {
    expect(withMore('env: { A: b\n')).toMatch(/^belay\.yml:[56]:\d+: not valid YAML: /);
  });

  it('a key twice, also in a map', () => {
    expect(withMore('path: /srv/other\n')).toBe(
      'belay.yml:5:1: this key stands here for the second time: keep one of them',
    );
    expect(withMore('env:\n  A: x\n  A: y\n')).toContain('belay.yml:7:3: this key stands here');
  });

  it('two documents, unknown tags, odd keys', () => {
    expect(withMore('---\napp: two\n')).toContain('belay.yml:5:1: expected one YAML document');
    expect(withMore('user: !secret x\n')).toContain('belay.yml:5:7: not valid YAML: Unresolved tag');
    expect(withMore('? [a]\n: x\n')).toContain('belay.yml:5:3: expected a key that is a name');
    expect(withMore('env: { __proto__: x }\n')).toContain('belay.yml:5:8: expected a key that is a name');
  });

  it('aliases that grow without bound', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let index = 1; index < 9; index += 1) {
      const [name, before] = ['abcdefghi'[index], 'abcdefghi'[index - 1]];
      bomb.push(`${name}: &${name} [${`*${before},`.repeat(9)}]`);
    }
    const started = Date.now();
    expect(errors(bomb.join('\n'))).toContain('more than 100 aliases');
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it('an alias that leads nowhere', () => {
    expect(withMore('user: *nobody\n')).toBe(
      'belay.yml:5:7: the alias *nobody has no anchor &nobody before it',
    );
  });

  it('nesting that overflows', () => {
    expect(errors(`app: ${'['.repeat(100_000)}`)).not.toBe('');
  });
});

describe('keys', () => {
  it('unknown: names the nearest', () => {
    expect(withMore('prot: 80\n')).toBe('belay.yml:5:1: unknown key prot; did you mean port?');
    expect(withMore('verify: { internl: [/] }\n')).toBe(
      'belay.yml:5:11: unknown key internl in verify; did you mean internal?',
    );
    expect(withMore('verify: { everything: [/] }\n')).toBe(
      'belay.yml:5:11: unknown key everything in verify; known are internal, external, answers, log, browser, commands',
    );
  });

  it('missing: all of them at once', () => {
    const said = errors('app: words\n');
    expect(said).toContain('belay.yml:1:1: hosts is missing: expected a list of hosts');
    expect(said).toContain('path is missing: expected an absolute path on the host such as /srv/words');
    expect(said).toContain('run is missing: expected a command');
  });

  it('reserved: come later', () => {
    expect(withMore('processes: { web: x }\n')).toMatch(/^belay\.yml:5:1: .*come later/);
    expect(withLine('hosts', 'hosts: [web1, web2]')).toMatch(/^belay\.yml:2:8: .*comes later/);
  });

  it('are listed in the order of their lines', () => {
    const problems = withMore('port: 0\nkeep: 1\nsoack: 3s\n').split('\n');
    expect(problems.map((problem) => problem.split(':')[1])).toEqual(['5', '6', '7']);
  });
});

describe('values', () => {
  it.each([
    ['port: 70000', '5:7: port: expected auto, or a number from 1 to 65535; got 70000'],
    ['port: 0', '5:7: port: expected auto, or a number from 1 to 65535; got 0'],
    ['port: "9999x"', '5:7: port: expected auto, or a number from 1 to 65535; got "9999x"'],
    ['port: 80.5', 'got 80.5'],
    ['port:', '5:6: port: expected auto, or a number from 1 to 65535; got nothing'],
    ['keep: 1', 'keep: expected a number from 2 (the active release and the way back) to 100; got 1'],
    ['keep: -3', 'got -3'],
    ['keep: many', 'keep: expected a number of releases from 2 to 100; got "many"'],
    ['soak: -1', 'soak: expected a time such as 30s, 2m or a number of seconds, 1h at most; got -1'],
    ['soak: 30 seconds', 'got "30 seconds"'],
    ['soak: 2h', 'got "2h"'],
    ['soak: .inf', 'soak: expected a time'],
    ['rehearse: "yes"', 'rehearse: expected true or false; got "yes"'],
    ['approval: auto', 'approval: expected required or automatic; got "auto"'],
    ['manager: runit', 'manager: expected systemd or pm2; got "runit"'],
    ['user: "bad user"', 'user: expected the name of a user on the host; got "bad user"'],
    ['user: 33', 'user: expected the name of a user on the host; got 33'],
    ['site: https://words.example.test', 'without https://; got'],
    ['env: [A]', 'env: expected a map of variables, NAME: value; got a list'],
    [
      'env: { VERSION: 1.10 }',
      '5:17: env.VERSION: expected text of one line; got 1.10, which YAML takes for a number: write VERSION: "1.10"',
    ],
    ['env: { DEBUG: true }', 'got true, which YAML takes for a truth value: write DEBUG: "true"'],
    ['env: { 1A: x }', '5:8: env: expected a variable’s name'],
    [
      'env: { "A-B": x }',
      'env: expected a variable’s name: letters, digits and _, not beginning with a digit; got "A-B"',
    ],
    ['env: { PORT: "80" }', 'env: expected a name that belay does not set itself'],
    ['env: { BELAY_RELEASE: x }', 'env: expected a name that belay does not set itself'],
    ['env: { A: "x\\ny" }', 'env.A: expected text of one line'],
    ['env_file: ../words.env', 'env_file: expected the path of a file'],
    ['build: npm ci', 'build: expected a list of commands, or a map with local and host; got "npm ci"'],
    ['build: { local: npm ci }', 'build.local: expected a list of commands; got "npm ci"'],
    ['build: { here: [npm ci] }', 'unknown key here in build; known are local, host'],
    ['build: [""]', '5:9: build[0]: expected a command: one line, not empty; got ""'],
    ['checks: [x]', 'checks: expected a map with local, host; got a list'],
    ['shared: [/data]', 'shared[0]: expected a path relative to the app, not an absolute one; got "/data"'],
    ['shared: [data, ../x]', '5:16: shared[1]: expected a path within the app, without ..; got "../x"'],
    ['shared: [.]', 'not the app itself'],
    ['shared: [data, data/]', '5:16: shared[1]: expected each of the paths once, not twice'],
    ['discard: [/x]', 'discard[0]: expected a path relative'],
    ['discard: [a/../../b]', 'discard[0]: expected a path within the app'],
    [
      'acknowledge: { nginx.no-https: }',
      'acknowledge.nginx.no-https: expected the reason why this warning is accepted; got nothing',
    ],
    ['acknowledge: { nginx.no-https: " " }', 'expected the reason'],
    [
      'acknowledge: { nginx.no-htps: "a toy" }',
      '5:16: acknowledge: expected the id of a warning such as nginx.no-https; got "nginx.no-htps"',
    ],
    ['acknowledge: { pm2.nonsense: "a toy" }', 'expected the id of a warning such as pm2.'],
    ['acknowledge: { quite.unheard-of: "a toy" }', 'docs/FINDINGS.md has them all'],
    [
      'acknowledge: { path.unusable: "a toy" }',
      'acknowledge: expected a warning’s id, and path.unusable is none: what blocks cannot be accepted',
    ],
    ['acknowledge: [nginx.no-https]', 'acknowledge: expected a map of finding ids'],
    [
      'verify: { internal: [tools] }',
      'verify.internal[0]: expected a path such as /tools/word-counter, beginning with /; got "tools"',
    ],
    ['verify: { internal: [] }', 'verify.internal: expected at least one path; got an empty list'],
    [
      'verify: { external: [words.example.test] }',
      'verify.external[0]: expected a URL such as https://words.example.test/; got',
    ],
    ['verify: { external: ["https://"] }', 'expected a URL'],
    ['verify: { external: ["https://me:pw@words.example.test/"] }', 'holds no secrets'],
    ['verify: { internal: [{ status: 200 }] }', 'verify.internal[0].path is missing: expected a path'],
    [
      'verify: { internal: [{ path: /, satus: 200 }] }',
      'unknown key satus in verify.internal[0]; did you mean status?',
    ],
    [
      'verify: { internal: [{ path: /, status: 99 }] }',
      'verify.internal[0].status: expected an HTTP status from 100 to 599',
    ],
    [
      'verify: { internal: [{ path: /, matches: "(" }] }',
      'verify.internal[0].matches: expected a regular expression',
    ],
    [
      'verify: { internal: [{ path: /, within: 1h }] }',
      'verify.internal[0].within: expected a time from 10ms to 10s',
    ],
    [
      'verify: { internal: [{ path: /, json: { a: [1] } }] }',
      'verify.internal[0].json.a: expected a text, a number',
    ],
    ['verify: { internal: [7] }', 'verify.internal[0]: expected a path, or a map with path; got 7'],
    ['verify: { external: [{ url: nowhere }] }', 'verify.external[0].url: expected a URL such as'],
    ['verify: { answers: 0 }', 'verify.answers: expected a number from 1 to 20'],
    ['verify: { log: ["["] }', 'verify.log[0]: expected a regular expression'],
    [
      'verify: { browser: [{ url: "https://a.test/", test: x }] }',
      'unknown key test in verify.browser[0]; did you mean text?',
    ],
    [
      'verify:',
      'verify: expected a map with internal, external, answers, log, browser, commands; got nothing',
    ],
  ])('%s', (line, expected) => {
    expect(withMore(`${line}\n`)).toContain(expected);
  });

  it.each([
    [
      'app: Word Counter',
      'belay.yml:1:6: app: expected a name of lower-case letters, digits and dashes, 48 at most; got "Word Counter"',
    ],
    ['app: -words', 'app: expected a name'],
    [`app: ${'w'.repeat(60)}`, 'app: expected a name'],
    ['app: 7', 'got 7'],
    ['hosts: web1', 'hosts: expected a list of hosts; got "web1"'],
    ['hosts: []', 'hosts: expected at least one host; got an empty list'],
    [
      'hosts: [web1, web1]',
      'belay.yml:2:15: hosts[1]: expected each of the hosts once, not twice; got "web1"',
    ],
    [
      'hosts: ["-oProxyCommand=x"]',
      'hosts[0]: expected a host’s name as in ~/.ssh/config; got "-oProxyCommand=x"',
    ],
    ['path: srv/words', 'path: expected an absolute path on the host such as /srv/words'],
    ['path: /', 'path: expected an absolute path'],
    ['path: /etc', 'belay.yml:3:7: path: expected a folder of the app’s own such as /srv/words'],
    ['path: /etc/words', 'path: expected a folder of the app’s own'],
    ['path: /srv/', 'path: expected a folder of the app’s own'],
    ['path: /srv/../etc', 'path: expected an absolute path without . and ..; got "/srv/../etc"'],
    ['path: /srv/my words', 'path: expected an absolute path'],
    ['path: /srv/words.belay', 'which is belay’s own folder'],
    ['run: ""', 'run: expected a command: one line, not empty; got ""'],
    ['run:', 'belay.yml:4:5: run: expected a command: one line, not empty; got nothing'],
    ['run: [gunicorn]', 'run: expected a command: one line, not empty; got a list'],
    ['run: gunicorn -b {bnd} app:app', 'run: expected {bind} rather than {bnd}'],
  ])('%s', (line, expected) => {
    expect(withLine(line.split(':')[0] ?? '', line)).toContain(expected);
  });

  it.each([
    '/srv/words',
    '/root/soeasyhub_v2',
    '/var/www',
    '/var/www/words/',
    '/home/me/words',
    '/app',
    '/opt/words-2.0',
  ])('path %s is fine', (path) => {
    expect(withLine('path', `path: ${path}`)).toBe('');
  });

  it('leaves other braces of a shell command alone', () => {
    expect(withLine('run', `run: sh -c 'exec node --port \${PORT} {a,b}'`)).toBe('');
  });
});

describe('environments', () => {
  const two = `app: words
path: /srv/words
run: gunicorn -b {bind} app:app
env: { LOG_LEVEL: info, REGION: eu }
environments:
  production: { hosts: [web1] }
  staging:
    hosts: [web2]
    path: /srv/words-staging
    env: { LOG_LEVEL: debug }
    verify: { internal: [/health] }
`;

  it('are chosen by name; maps are merged, the rest replaces', () => {
    const { app, hosts } = resolveApps(parseConfig(two, 'belay.yml'), { environment: 'staging' });
    expect(hosts).toEqual(['web2']);
    expect(app).toMatchObject({
      environment: 'staging',
      path: '/srv/words-staging',
      verify: { internal: ['/health'] },
    });
    expect(app.env).toEqual({ LOG_LEVEL: 'debug', REGION: 'eu' });
  });

  it('the only one needs no choice', () => {
    const { app } = resolveApps(parseConfig(`${whole}environments: { live: {} }\n`, 'belay.yml'));
    expect(app.environment).toBe('live');
  });

  it('several and none chosen, one that is not there, none at all', () => {
    const config = parseConfig(two, 'belay.yml');
    expect(() => resolveApps(config)).toThrow('has the environments production, staging: choose one with -e');
    expect(() => resolveApps(config, { environment: 'test' })).toThrow(
      'has no environment test; there are production, staging',
    );
    expect(() => resolveApps(parseConfig(whole, 'belay.yml'), { environment: 'test' })).toThrow(
      'has no environments',
    );
    expect(resolveApps(parseConfig(whole, 'belay.yml'), { environment: 'production' }).app.environment).toBe(
      'production',
    );
  });

  it('errors stand where they were written, once', () => {
    expect(errors(two.replace('/srv/words-staging', 'staging'))).toMatch(
      /^belay\.yml:9:11: path: expected an absolute path/,
    );
    expect(errors(two.replace('run:', 'rnu:'))).toContain('belay.yml:3:1: unknown key rnu');
    expect(errors(two.replace('{ hosts: [web1] }', '{ host: [web1] }'))).toContain(
      'belay.yml:6:17: unknown key host in environments.production; did you mean hosts?',
    );
    expect(errors(`${two}keep: 1\n`).match(/keep/g)).toHaveLength(1);
  });

  it.each([
    ['environments: {}', 'expected a map of 1 to 50 environments'],
    ['environments: [a]', 'expected a map of 1 to 50 environments'],
    ['environments: { a: }', 'environments.a: expected a map such as { hosts: [web1] }'],
    [
      'environments: { Live_1: {} }',
      '5:17: environments: expected a name of lower-case letters, digits and dashes; got "Live_1"',
    ],
    [
      'environments: { live: { app: other } }',
      '5:25: environments.live.app: app is the same in every environment',
    ],
    ['environments: { live: { environments: {} } }', 'unknown key environments in environments.live'],
  ])('%s', (line, expected) => {
    expect(withMore(`${line}\n`)).toContain(expected);
  });
});

describe('unit', () => {
  const unit = (lines: string) => `app: words\nhosts: [web1]\npath: /srv/words\n${lines}`;

  it('takes the place of run', () => {
    const { app } = resolveApps(parseConfig(unit('unit: words.service\n'), 'belay.yml'));
    expect(app).toMatchObject({ unit: 'words.service', run: '' });
  });

  it('so does a program of supervisord’s', () => {
    const { app } = resolveApps(parseConfig(unit('program: web:words\n'), 'belay.yml'));
    expect(app).toMatchObject({ program: 'web:words', run: '' });
  });

  it('goes with run, by which the release is then rehearsed', () => {
    const { app } = resolveApps(parseConfig(unit('unit: words.service\nrun: serve {port}\n'), 'belay.yml'));
    expect(app).toMatchObject({ unit: 'words.service', run: 'serve {port}' });
  });

  it.each([
    ['unit: words.service\nmanager: pm2\n', 'no manager beside unit'],
    ['unit: words.service\nuser: deploy\n', 'no user beside unit'],
    ['unit: belay-words.service\n', 'a systemd service that is not belay’s'],
    ['program: words\nmanager: pm2\n', 'no manager beside program'],
    ['program: words\nunit: words.service\n', 'one of unit, program and entry'],
    ['program: "web:*"\n', 'the name of a program or a group'],
    ['unit: words.socket\n', 'a systemd service that is not belay’s'],
    ['unit: words@.service\n', 'a systemd service that is not belay’s'],
  ])('%j is refused', (lines, message) => {
    expect(errors(unit(lines))).toContain(message);
  });
});
